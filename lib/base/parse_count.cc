#include "netlat/base/parse_count.h"

#include <charconv>
#include <string_view>
#include <system_error>

namespace netlat {

std::optional<std::uint64_t> parse_count(const std::string& text,
                                         std::uint64_t least,
                                         std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint64_t> parse_size(std::string text) {
  constexpr std::string_view kSuffixes = "kMG";
  unsigned shift = 0;
  if (!text.empty()) {
    const auto at = kSuffixes.find(text.back());
    if (at != std::string_view::npos) {
      shift = 10 * static_cast<unsigned>(at + 1);
      text.pop_back();
    }
  }
  const auto value = parse_count(text, 1, UINT64_MAX >> shift);
  if (!value) return std::nullopt;
  return *value << shift;
}

}  // namespace netlat
