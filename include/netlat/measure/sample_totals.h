#pragma once
// What is kept exactly beside a histogram.

#include <algorithm>
#include <cstdint>

#include "netlat/base/time.h"

namespace netlat {

/// a + b, stopping at the ends of the range: hostile stamps lie centuries
/// apart, and a few of those do not add up to an int64.
inline Nanos saturating_sum(Nanos a, Nanos b) noexcept {
  std::int64_t total = 0;
  if (!__builtin_add_overflow(a.count(), b.count(), &total)) {
    return Nanos{total};
  }
  return a < Nanos{0} ? Nanos::min() : Nanos::max();
}

/// Number, sum and extremes of durations.  A duration below zero (the clock
/// stepped back) counts as zero: with no negative summand the sum, which stops
/// at 292 years, is the same in whatever order parts are merged.
struct SampleTotals {
  std::uint64_t n = 0;
  Nanos sum{0};
  Nanos min = Nanos::max();  ///< means nothing while n is 0
  Nanos max{0};              ///< means nothing while n is 0

  void add(Nanos value) noexcept {
    value = std::max(value, Nanos{0});
    merge({1, value, value, value});
  }
  /// The same for a duration that is not negative, of four seconds at most.
  void add_short(std::uint32_t ns) noexcept {
    const Nanos value{ns};
    ++n;
    sum = saturating_sum(sum, value);
    min = std::min(min, value);
    max = std::max(max, value);
  }
  void merge(const SampleTotals& other) noexcept {
    n += other.n;
    sum = saturating_sum(sum, other.sum);
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }

  friend bool operator==(const SampleTotals&, const SampleTotals&) = default;
};

}  // namespace netlat
