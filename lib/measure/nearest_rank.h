#pragma once
// Quantiles of counted buckets, the one place where they are computed.
//
// Definition: the q-quantile of n samples is the sample of rank ceil(q * n) in
// ascending order (nearest rank), so it is always a duration that occurred,
// never a value between two.  Known is only its bucket (L, U]; the estimate is
// 2LU / (L + U), the point whose relative error to both ends is equal:
// (U - L) / (U + L), 1.083 % at scale 5.  It is rounded to whole nanoseconds
// (which adds half a nanosecond) and kept inside [min, max], which are exact.
// In the zero bucket the estimate is half its threshold.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "netlat/measure/bucket_index.h"
#include "netlat/measure/quantiles.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

/// The coarsening (0 to kFinestScale) at which buckets `low` to `high` of the
/// finest scale number at most `max_buckets`; kFinestScale if none does.
int coarsening_for(std::int32_t low, std::int32_t high,
                   std::size_t max_buckets);

/// The estimate for a bucket of kFinestScale shifted right by `coarsening`, or
/// for kZeroBucket; before it is kept inside the extremes.
Nanos bucket_estimate(std::int32_t index, int coarsening);

/// A walk through the buckets in use from the highest down.  `Next` gives the
/// next lower one as a BucketCount, indices as for bucket_estimate().
template <class Next>
class WalkFromAbove {
 public:
  /// Requires: the counts add up to totals.n > 0.
  WalkFromAbove(Next next, const SampleTotals& totals, int coarsening)
      : next_(next), totals_(totals), coarsening_(coarsening) {}

  /// The sample that `beyond` samples follow in ascending order.  Requires:
  /// beyond < totals.n and not less than the last time.
  Nanos sample(std::uint64_t beyond) {
    while (passed_ <= beyond) {
      bucket_ = next_();
      passed_ += bucket_.count;
    }
    return std::clamp(bucket_estimate(bucket_.index, coarsening_), totals_.min,
                      totals_.max);
  }

 private:
  Next next_;
  const SampleTotals& totals_;
  int coarsening_;
  std::uint64_t passed_ = 0;
  BucketCount bucket_;
};

/// All that records show.  Requires: as for WalkFromAbove, but n may be 0.
template <class Next>
Quantiles quantiles_from_above(Next next, const SampleTotals& totals,
                               int coarsening) {
  Quantiles q;
  q.n = totals.n;
  if (q.n == 0) return q;
  q.min = totals.min;
  q.max = totals.max;
  // Rank ceil(q * n) is followed by n - ceil(q * n) = floor((1 - q) * n).
  WalkFromAbove walk(next, totals, coarsening);
  q.p99 = walk.sample(q.n / 100);
  q.p95 = walk.sample(q.n / 20);
  q.p90 = walk.sample(q.n / 10);
  q.p50 = walk.sample(q.n / 2);
  return q;
}

}  // namespace netlat
