#pragma once
// A distribution in few octets, for history.
//
// Problem: a screen that can look back an hour keeps some hundred thousand
// distributions, most with a few dozen samples in a few neighbouring buckets;
// one counter a bucket of eight octets would cost gigabytes.
// Method: the counts of neighbouring buckets are much alike, so that each is
// written as what it misses the mean of the two before it by, in as many bits
// as such misses took lately (adaptive Rice codes, Rice and Plaunt 1971; see
// packed_bits.h); after an empty bucket comes how many more are.  Before them
// the totals, with seven bits an octet (LEB128), and the first bucket's number.
// Bias: none at the finest scale.  Buckets of a coarser one are taken for the
// middle one of those they cover.
// Cost: three bits a bucket in distributions of 200 samples, five in those of
// 12,000; unpacking walks them once, in some nanoseconds each.

#include <cstdint>
#include <span>
#include <string_view>

#include "netlat/measure/exponential_histogram.h"
#include "netlat/term/packed_octets.h"

namespace netlat {

class PackedHistogram {
 public:
  PackedHistogram() = default;
  explicit PackedHistogram(const ExponentialHistogram& histogram);
  /// As records carry it; extremes that cross, and `counts` beyond the range
  /// of buckets or of more than totals.n in all, make an empty one.
  PackedHistogram(const SampleTotals& totals, const DenseBuckets& buckets);

  /// One that lies elsewhere, whose owner must outlive the View.
  class View {
   public:
    View() = default;
    explicit View(std::string_view octets) : octets_(octets) {}

    void add_to(ExponentialHistogram& sum) const;
    std::string_view octets() const noexcept { return octets_; }

   private:
    std::string_view octets_;
  };

  bool empty() const noexcept { return octets_.empty(); }
  View view() const noexcept { return View(octets_.view()); }
  /// Number, sum and extremes.
  SampleTotals totals() const;
  void add_to(ExponentialHistogram& sum) const { view().add_to(sum); }

 private:
  void pack(const SampleTotals& totals, const DenseBuckets& buckets,
            std::uint64_t zero_count);

  PackedOctets octets_;  // empty: no samples
};

}  // namespace netlat
