#pragma once
// Values as flow logs write them.

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/base/time.h"

namespace netlat {

/// Decimal digits and nothing else; nullopt if the type cannot hold it.
template <std::unsigned_integral T>
std::optional<T> read_number(std::string_view text) noexcept {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || text.empty()) return std::nullopt;
  return value;
}

/// Dotted quads, which nearly all are, cost no call of the C library.
inline std::optional<IpAddress> read_address(std::string_view text) {
  std::uint8_t octets[4];
  std::size_t n = 0;
  unsigned value = 0, digits = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = value * 10 + static_cast<unsigned>(c - '0');
      if (++digits > 3 || value > 255) return std::nullopt;
    } else if (c == '.' && digits > 0 && n < 3) {
      octets[n++] = static_cast<std::uint8_t>(value);
      value = digits = 0;
    } else {
      return IpAddress::parse(text);
    }
  }
  if (n != 3 || digits == 0) return IpAddress::parse(text);
  octets[3] = static_cast<std::uint8_t>(value);
  return IpAddress::v4(octets);
}

/// Whole seconds since 1970; nullopt where a Stamp cannot hold them.
inline std::optional<Stamp> stamp_of_seconds(std::uint64_t seconds) noexcept {
  constexpr std::uint64_t kMost = 9'000'000'000;  // the year 2255
  if (seconds > kMost) return std::nullopt;
  return stamp_ns(static_cast<std::int64_t>(seconds) * 1'000'000'000);
}

}  // namespace netlat
