#pragma once
// The file being read, and what its parsers say of it.

#include <string>
#include <string_view>

#include "lib/flowlog/layout.h"
#include "netlat/flowlog/log_reader.h"

namespace netlat {

class LogInput {
 public:
  LogInput(LogReader& reader, std::string path);

  LogFile& file() { return file_; }
  LineCounts& counts() { return file_.counts; }
  LogSink& sink() { return reader_.sink_; }
  const std::string& given_format() const { return reader_.format_; }

  /// "FILE:LINE: sentence", or without the line if it is 0.
  void complain(std::uint64_t line, const std::string& sentence,
                ErrorKind kind = ErrorKind::input);
  /// Counts a line as refused and says why.
  void refuse(LineFault fault, std::uint64_t line, const std::string& sentence);
  /// Counts what `record` is and passes it on if it is traffic or a loss.
  void accept(const LogRecord& record);
  /// Hands the account over.
  void close() { reader_.files_.push_back(std::move(file_)); }

 private:
  LogReader& reader_;
  LogFile file_;
};

/// Lines of AWS's text, out of a file or out of JSON messages.
class AwsText {
 public:
  explicit AwsText(LogInput& input);

  /// `number` is that of the line in the file.
  void take(std::string_view line, std::uint64_t number, bool terminated);

 private:
  bool begin(std::string_view line, std::uint64_t number);
  void use(Layout layout, std::uint64_t number);
  void refuse(const struct LineRefusal& refusal, std::uint64_t number,
              bool terminated);

  LogInput& input_;
  std::optional<Layout> layout_;
  bool format_missed_ = false;  // has been said
  LogRecord record_;
};

}  // namespace netlat
