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

#include <cstddef>
#include <cstdint>
#include <span>

#include "netlat/measure/bucket_index.h"
#include "netlat/measure/quantiles.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

/// The coarsening (0 to kFinestScale) at which buckets `low` to `high` of the
/// finest scale number at most `max_buckets`; kFinestScale if none does.
int coarsening_for(std::int32_t low, std::int32_t high,
                   std::size_t max_buckets);

/// Quantile of rank ceil(per_mille / 1000 * n), per_mille 1 to 1000.
/// Requires: `ascending` by index (repeats allowed), indices of kFinestScale
/// shifted right by `coarsening`, counts that add up to totals.n > 0.
Nanos nearest_rank(std::span<const BucketCount> ascending,
                   const SampleTotals& totals, int coarsening,
                   unsigned per_mille);

/// All that records show.  Requires: as above, but n may be 0.
Quantiles quantiles_of(std::span<const BucketCount> ascending,
                       const SampleTotals& totals, int coarsening);

}  // namespace netlat
