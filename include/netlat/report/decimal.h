#pragma once
// Whole numbers in decimal, written where they belong.
//
// Problem: half of what a record of quantiles costs is std::to_chars, which
// finds the length of a number by division before it writes the digits.
// Method: the bits of a number bound its length to one of two, which one
// comparison decides (Warren, Hacker's Delight 11-4); then two digits a
// division, from the last.  Cost: some 40 instructions for six digits, half.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace netlat {

namespace detail {

constexpr auto powers_of_ten() {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (auto& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}
inline constexpr auto kPowersOfTen = powers_of_ten();

constexpr auto digit_pairs() {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}
inline constexpr auto kDigitPairs = digit_pairs();

}  // namespace detail

inline constexpr std::size_t kMostDigits = 20;

/// Writes `value` at `to`, which has room for kMostDigits; gives its end.
inline char* put_decimal(char* to, std::uint64_t value) noexcept {
  // log10(2) is 1233 / 4096 from below, near enough for 64 bits.
  const unsigned least =
      static_cast<unsigned>(std::bit_width(value | 1)) * 1233 >> 12;
  const unsigned length =
      least + (value >= detail::kPowersOfTen.data()[least] ? 1 : 0);
  char* const end = to + (length > 0 ? length : 1);
  char* at = end;
  while (value >= 10) {
    at -= 2;
    std::memcpy(at, detail::kDigitPairs.data() + value % 100 * 2, 2);
    value /= 100;
  }
  if (at > to) to[0] = static_cast<char>('0' + value);
  return end;
}

}  // namespace netlat
