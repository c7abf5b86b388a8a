#pragma once
// Capture time.  A clock of its own, so that a capture time cannot be
// subtracted from a time of this machine by accident.

#include <chrono>
#include <cstdint>

namespace netlat {

/// A duration in nanoseconds; may be negative where a clock stepped back.
using Nanos = std::chrono::nanoseconds;

/// The clock that stamped the packets: nanoseconds since 1970-01-01 UTC, as
/// the capturing host believed.  Never read, only carried.
struct CaptureClock {
  using duration = Nanos;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CaptureClock>;
  static constexpr bool is_steady = false;
};

/// A moment of capture time; int64 nanoseconds, 1677 to 2262.
using Stamp = CaptureClock::time_point;

/// A stamp from nanoseconds since the epoch.
constexpr Stamp stamp_ns(std::int64_t ns) {
  return Stamp{Nanos{ns}};
}
/// Nanoseconds since the epoch.
constexpr std::int64_t to_ns(Stamp t) {
  return t.time_since_epoch().count();
}
/// Microseconds since the epoch, rounded down: the unit of `*_us` fields.
constexpr std::int64_t to_us(Stamp t) {
  return std::chrono::floor<std::chrono::microseconds>(t.time_since_epoch())
      .count();
}

}  // namespace netlat
