#pragma once
// Words of a line.

#include <algorithm>
#include <optional>
#include <string_view>

namespace netlat {

/// Runs of anything but blanks; AWS itself has printed two blanks in a row.
class Tokens {
 public:
  explicit Tokens(std::string_view line)
      : at_(line.data()), end_(line.data() + line.size()) {}

  std::optional<std::string_view> next() noexcept {
    while (at_ != end_ && is_blank(*at_)) ++at_;
    if (at_ == end_) return std::nullopt;
    const char* const begin = at_;
    while (at_ != end_ && !is_blank(*at_)) ++at_;
    return std::string_view(begin, static_cast<std::size_t>(at_ - begin));
  }
  /// What was not given yet.
  std::string_view rest() const noexcept {
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }

 private:
  static bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r';
  }
  const char* at_;
  const char* end_;
};

/// Fields of comma-separated values: without their quotes, "-" where one is
/// empty.  A quote within a quoted field stays doubled.
class CsvTokens {
 public:
  explicit CsvTokens(std::string_view line) : rest_(line) {
    while (rest_.ends_with('\r')) rest_.remove_suffix(1);
  }

  std::optional<std::string_view> next() noexcept {
    if (done_) return std::nullopt;
    const bool quoted = rest_.starts_with('"');
    std::size_t end = quoted ? closing_quote() : 0;
    end = std::min(rest_.find(',', end), rest_.size());
    std::string_view field = rest_.substr(0, end);
    done_ = end == rest_.size();
    rest_.remove_prefix(done_ ? end : end + 1);
    if (quoted && field.size() > 1 && field.ends_with('"')) {
      field = field.substr(1, field.size() - 2);
    }
    return field.empty() ? std::string_view("-") : field;
  }

 private:
  // Where the quote that opened the field is closed, or the end.
  std::size_t closing_quote() const noexcept {
    std::size_t at = 1;
    for (;;) {
      at = rest_.find('"', at);
      if (at == std::string_view::npos) return rest_.size();
      if (at + 1 == rest_.size() || rest_[at + 1] != '"') return at;
      at += 2;
    }
  }

  std::string_view rest_;
  bool done_ = false;
};

}  // namespace netlat
