#pragma once
// Flow logs from files: AWS text in any version and order of fields, JSON of
// CloudWatch, GCP and Azure, plain or compressed.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/bytes.h"
#include "netlat/base/result.h"
#include "netlat/flowlog/log_record.h"

namespace netlat {

/// Why a line holds no record.
enum class LineFault : std::uint8_t {
  field_count,  ///< more or fewer fields than the header names
  bad_value,    ///< a field is not what its name says
  no_value,     ///< "-" where a record of traffic must have a value
  no_format,    ///< no header, and not of a default format
  not_json,     ///< a JSON document that is none, or not a flow log's
  too_long,
  cut_off,  ///< the file ends within it
};
inline constexpr std::size_t kLineFaults = 7;
std::string_view to_word(LineFault fault) noexcept;

/// What became of every line: lines = headers + blank + records + no_data +
/// skip_data + the sum of `refused`.  Of JSON, an entry of a log counts as a
/// line, and an Azure flow tuple as an entry.
struct LineCounts {
  std::uint64_t lines = 0, headers = 0, blank = 0;
  std::uint64_t records = 0, no_data = 0, skip_data = 0;
  std::array<std::uint64_t, kLineFaults> refused{};
  /// Of the records: addresses written as IPv4-mapped IPv6, and "-" where a
  /// value could have stood.
  std::uint64_t mapped_addresses = 0, absent_values = 0;

  std::uint64_t refused_total() const noexcept;
};

struct LogFile {
  std::string path;    ///< as given; "-" is standard input
  std::string format;  ///< "aws-text", "json", with "+gz" and the like
  LineCounts counts;
  std::vector<std::string> unknown_fields;  ///< untrusted; at most 16
  bool input_truncated = false;  ///< cut off or damaged before its end
};

class LogReader {
 public:
  /// More sentences than this are counted only.
  static constexpr std::size_t kMostProblems = 1000;

  /// `sink` outlives the reader.
  explicit LogReader(LogSink& sink) : sink_(sink) {}

  /// The fields of lines without a header, as AWS prints a LogFormat:
  /// "${version} ${srcaddr}" or names alone.  Fails if it names no address.
  Result<void> set_format(std::string_view format);

  /// Reads to the end.  What is wrong becomes a problem; reading goes on.
  void read(const std::string& path);
  /// The same of octets in memory, for which `name` stands in messages.
  void read_text(const std::string& name, Bytes octets);

  const std::vector<LogFile>& files() const { return files_; }
  /// A sentence each, with file and line.
  const std::vector<Error>& problems() const { return problems_; }
  std::uint64_t problem_count() const { return problem_count_; }

 private:
  friend class LogInput;

  LogSink& sink_;
  std::string format_;
  std::vector<LogFile> files_;
  std::vector<Error> problems_;
  std::uint64_t problem_count_ = 0;
};

}  // namespace netlat
