#pragma once
// 32-bit serial numbers (RFC 1982; TCP sequence numbers RFC 9293 3.4,
// timestamps RFC 7323 5.2).  Comparison is by signed distance, which is right
// while the two lie within 2^31 of each other.

#include <cstdint>

namespace netlat {

/// A TCP sequence or acknowledgment number as it stands in the header.
struct Seq32 {
  std::uint32_t value = 0;

  friend constexpr bool operator==(Seq32, Seq32) = default;
  /// Signed distance a - b; wraps.
  friend constexpr std::int32_t operator-(Seq32 a, Seq32 b) {
    return static_cast<std::int32_t>(a.value - b.value);
  }
  friend constexpr Seq32 operator+(Seq32 a, std::uint32_t n) {
    return {a.value + n};
  }
};

/// a before b on the circle.
constexpr bool serial_before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

/// The 64-bit number nearest to `reference` whose low 32 bits are `low`.
/// `reference` is the last number of the same sequence space.
constexpr std::int64_t extend_serial(std::int64_t reference,
                                     std::uint32_t low) {
  const auto from = static_cast<std::uint32_t>(reference);
  return reference + static_cast<std::int32_t>(low - from);
}

}  // namespace netlat
