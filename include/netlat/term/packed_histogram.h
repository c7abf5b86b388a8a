#pragma once
// A distribution in few octets, for history.
//
// Problem: a screen that can look back an hour keeps some hundred thousand
// distributions, most with a few dozen samples in a few neighbouring buckets;
// one counter a bucket of eight octets would cost gigabytes.
// Method: buckets in use alone, ascending, each as the distance from the one
// before and its count, and before them the totals, all with seven bits an
// octet (LEB128).
// Bias: none at the finest scale.  Buckets of a coarser one are taken for the
// middle one of those they cover.
// Cost: two octets a bucket for usual counts; unpacking walks them once.

#include <cstdint>
#include <span>
#include <string>

#include "netlat/measure/exponential_histogram.h"

namespace netlat {

class PackedHistogram {
 public:
  PackedHistogram() = default;
  explicit PackedHistogram(const ExponentialHistogram& histogram);
  /// As records carry it; `counts` beyond the range of buckets, or more than
  /// totals.n in all, make an empty one.
  PackedHistogram(const SampleTotals& totals, const DenseBuckets& buckets);

  bool empty() const noexcept { return octets_.empty(); }
  /// Number, sum and extremes.
  SampleTotals totals() const;
  void add_to(ExponentialHistogram& sum) const;
  std::size_t memory_bytes() const noexcept;

 private:
  void pack(const SampleTotals& totals, const DenseBuckets& buckets,
            std::uint64_t zero_count);

  std::string octets_;  // empty: no samples
};

}  // namespace netlat
