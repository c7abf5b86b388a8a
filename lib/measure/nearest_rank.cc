#include "lib/measure/nearest_rank.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "netlat/measure/bucket_index.h"

namespace netlat {

namespace {

/// 2U / (L + U), the estimate as a multiple of L, by coarsening: with g the
/// ratio of the bucket's ends, 2^(2^-scale), it is 2g / (1 + g).
constexpr std::array<double, kFinestScale + 1> kEstimateOverLower = {
    1.0108300012533737, 1.0216574623262262, 1.0432946174993891,
    1.0864272337258898, 1.1715728752538099, 1.3333333333333333};

// Only products of doubles: with no sum to fuse, every machine rounds alike.
Nanos compute_estimate(std::int32_t index, int coarsening) {
  if (index == kZeroBucket) return Nanos{(kZeroThreshold.count() + 1) / 2};
  const auto bound = (index << coarsening) + detail::kBoundsBelow;
  const auto significant =
      detail::kBucketBounds[static_cast<std::size_t>(bound & 31)];
  const double over_lower =
      kEstimateOverLower[static_cast<std::size_t>(coarsening)];
  const double ns = std::ldexp(static_cast<double>(significant) * over_lower,
                               (bound >> 5) - 63);
  if (ns >= static_cast<double>(Nanos::max().count())) return Nanos::max();
  return Nanos{std::llround(ns)};
}

// The finest scale is asked for with every connection.
const Nanos* finest_estimates() {
  static const auto table = [] {
    std::array<Nanos, kBuckets> t;
    std::int32_t index = kZeroBucket;
    for (Nanos& estimate : t) estimate = compute_estimate(index++, 0);
    return t;
  }();
  return table.data();
}

Nanos estimate(std::int32_t index, int coarsening) {
  return coarsening == 0 ? finest_estimates()[index - kZeroBucket]
                         : compute_estimate(index, coarsening);
}

}  // namespace

int coarsening_for(std::int32_t low, std::int32_t high,
                   std::size_t max_buckets) {
  int k = 0;
  while (k < kFinestScale &&
         static_cast<std::size_t>((high >> k) - (low >> k)) >= max_buckets) {
    ++k;
  }
  return k;
}

Nanos nearest_rank(std::span<const BucketCount> ascending,
                   const SampleTotals& totals, int coarsening,
                   unsigned per_mille) {
  // ceil(n * per_mille / 1000) without the overflow of the product.
  const std::uint64_t rank =
      totals.n / 1000 * per_mille + (totals.n % 1000 * per_mille + 999) / 1000;
  std::uint64_t below = 0;
  for (const auto& bucket : ascending) {
    below += bucket.count;
    if (below < rank) continue;
    return std::clamp(estimate(bucket.index, coarsening), totals.min,
                      totals.max);
  }
  return totals.max;
}

Quantiles quantiles_of(std::span<const BucketCount> ascending,
                       const SampleTotals& totals, int coarsening) {
  Quantiles q;
  q.n = totals.n;
  if (q.n == 0) return q;
  q.min = totals.min;
  q.max = totals.max;
  // From above, where most of the quantiles are.  With m the share of samples
  // beyond a quantile its rank is n - floor(m * n), so it lies in the first
  // bucket at which more than floor(m * n) samples have been passed.
  std::uint64_t passed = 0;
  const BucketCount* bucket = ascending.data() + ascending.size();
  const auto next = [&](std::uint64_t beyond) {
    while (passed <= beyond) passed += (--bucket)->count;
    return std::clamp(estimate(bucket->index, coarsening), q.min, q.max);
  };
  q.p99 = next(q.n / 100);
  q.p95 = next(q.n / 20);
  q.p90 = next(q.n / 10);
  q.p50 = next(q.n / 2);
  return q;
}

}  // namespace netlat
