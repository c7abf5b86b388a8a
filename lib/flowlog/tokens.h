#pragma once
// Words of a line.

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

}  // namespace netlat
