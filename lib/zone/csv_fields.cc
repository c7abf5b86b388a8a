#include "lib/zone/csv_fields.h"

namespace netlat {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

void CsvFields::add(std::string_view field) {
  if (size_ == fields_.size()) fields_.emplace_back();
  fields_[size_++] = field;
}

bool CsvFields::split(std::string_view line) {
  size_ = 0;
  if (line.find('"') != std::string_view::npos) return split_quoted(line);
  for (;;) {
    const auto comma = line.find(',');
    add(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return true;
    line.remove_prefix(comma + 1);
  }
}

bool CsvFields::split_quoted(std::string_view line) {
  // Reserved, so that views into the strings stay valid.
  unquoted_.clear();
  unquoted_.reserve(line.size() / 2 + 1);
  for (;;) {
    const std::string_view from = trimmed(line);
    if (from.empty() || from[0] != '"') {
      const auto comma = line.find(',');
      add(trimmed(line.substr(0, comma)));
      if (comma == std::string_view::npos) return true;
      line.remove_prefix(comma + 1);
      continue;
    }
    std::string& text = unquoted_.emplace_back();
    std::size_t i = line.find('"') + 1;
    for (; i < line.size(); ++i) {
      if (line[i] == '"' && (i + 1 == line.size() || line[i + 1] != '"')) break;
      if (line[i] == '"') ++i;
      text += line[i];
    }
    if (i >= line.size()) return false;
    add(text);
    line.remove_prefix(i + 1);
    const auto comma = line.find(',');
    if (!trimmed(line.substr(0, comma)).empty()) return false;
    if (comma == std::string_view::npos) return true;
    line.remove_prefix(comma + 1);
  }
}

std::string csv_field(std::string_view text) {
  const bool blank_ends = trimmed(text).size() != text.size();
  if (!blank_ends && text.find_first_of("\",\r\n#") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace netlat
