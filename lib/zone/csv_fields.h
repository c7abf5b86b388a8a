#pragma once
// One line of comma-separated values (RFC 4180), within the line.

#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// Fields without the blanks around them.  Keeps its memory between lines.
class CsvFields {
 public:
  /// False if a quote is left open or text follows a closed one.  A field is
  /// valid while `line` is and until the next call.
  bool split(std::string_view line);

  std::size_t size() const { return size_; }
  std::string_view operator[](std::size_t i) const { return fields_[i]; }

 private:
  void add(std::string_view field);
  bool split_quoted(std::string_view line);

  std::vector<std::string_view> fields_;
  std::vector<std::string> unquoted_;
  std::size_t size_ = 0;
};

/// The field with quotes around it where it needs them.
std::string csv_field(std::string_view text);

std::string_view trimmed(std::string_view text);

}  // namespace netlat
