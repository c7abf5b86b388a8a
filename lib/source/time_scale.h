#pragma once
// pcapng time stamps: ticks of a unit that each interface states for itself.
//
// A unit is 10^-n or 2^-n of a second, plus an offset in whole seconds
// (if_tsresol, if_tsoffset).  Ticks have 64 bits, so the product with the
// nanoseconds of a tick needs up to 94: all of it is done in 128, once per
// packet, without a division unless the unit is finer than a nanosecond.

#include <cstdint>
#include <optional>

#include "netlat/base/time.h"

namespace netlat {

class TimeScale {
 public:
  /// `resolution` is the octet of if_tsresol.  Units finer than 10^-19 or
  /// 2^-63 seconds do not fit the ticks of one second into 64 bits and are
  /// refused: no writer means them.
  static constexpr std::optional<TimeScale> from(std::uint8_t resolution,
                                                 std::int64_t offset_seconds) {
    const unsigned exponent = resolution & 0x7f;
    TimeScale scale;
    scale.offset_ = Wide{offset_seconds} * kNanosPerSecond;
    if ((resolution & 0x80) != 0) {
      if (exponent > 63) return std::nullopt;
      scale.shift_ = exponent;
      scale.multiply_ = kNanosPerSecond;
      return scale;
    }
    if (exponent > 19) return std::nullopt;
    for (unsigned n = exponent; n < 9; ++n) scale.multiply_ *= 10;
    for (unsigned n = exponent; n > 9; --n) scale.divide_ *= 10;
    return scale;
  }

  /// Rounded down to a nanosecond.  None where the time lies outside 1823 to
  /// 2116: within, the difference of any two stamps fits in 64 bits.
  constexpr std::optional<Stamp> at(std::uint64_t ticks) const {
    if (divide_ != 1) ticks /= divide_;
    const Wide ns =
        (Wide{ticks} * static_cast<Wide>(multiply_) >> shift_) + offset_;
    if (ns < -kRange || ns >= kRange) return std::nullopt;
    return stamp_ns(static_cast<std::int64_t>(ns));
  }

 private:
  __extension__ using Wide = __int128;
  static constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  static constexpr Wide kRange = Wide{1} << 62;

  std::uint64_t multiply_ = 1;
  std::uint64_t divide_ = 1;
  unsigned shift_ = 0;
  Wide offset_ = 0;
};

/// What if_tsresol means when it is absent: microseconds.
inline constexpr std::uint8_t kDefaultResolution = 6;

}  // namespace netlat
