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
  void merge(const SampleTotals& other) noexcept {
    n += other.n;
    sum = saturating_sum(sum, other.sum);
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }

  friend bool operator==(const SampleTotals&, const SampleTotals&) = default;
};

/// The same while durations below four seconds are gone through, 2^32 of them
/// at most: it fits registers, and its sum need not stop.
class ShortTotals {
 public:
  void add(std::uint32_t ns) noexcept {
    ++n_;
    sum_ += ns;
    min_ = std::min(min_, ns);
    max_ = std::max(max_, ns);
  }
  void add_to(SampleTotals& totals) const noexcept {
    if (n_ == 0) return;
    totals.merge({n_, Nanos{sum_}, Nanos{min_}, Nanos{max_}});
  }

 private:
  std::uint64_t n_ = 0;
  std::int64_t sum_ = 0;
  std::uint32_t min_ = ~std::uint32_t{0}, max_ = 0;
};

}  // namespace netlat
