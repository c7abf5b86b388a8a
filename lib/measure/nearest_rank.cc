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
double estimate_ns(std::int32_t index, int coarsening) {
  if (index == kZeroBucket) {
    return static_cast<double>(kZeroThreshold.count()) / 2;
  }
  const auto bound = (index << coarsening) + detail::kBoundsBelow;
  const auto significant =
      detail::kBucketBounds[static_cast<std::size_t>(bound & 31)];
  const double over_lower =
      kEstimateOverLower[static_cast<std::size_t>(coarsening)];
  return std::ldexp(static_cast<double>(significant) * over_lower,
                    (bound >> 5) - 63);
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
    const double ns = estimate_ns(bucket.index, coarsening);
    if (ns >= static_cast<double>(totals.max.count())) return totals.max;
    return std::clamp(Nanos{std::llround(ns)}, totals.min, totals.max);
  }
  return totals.max;
}

Quantiles quantiles_of(std::span<const BucketCount> ascending,
                       const SampleTotals& totals, int coarsening) {
  if (totals.n == 0) return {};
  const auto at = [&](unsigned per_mille) {
    return nearest_rank(ascending, totals, coarsening, per_mille);
  };
  return {.n = totals.n,
          .min = totals.min,
          .p50 = at(500),
          .p90 = at(900),
          .p95 = at(950),
          .p99 = at(990),
          .max = totals.max};
}

}  // namespace netlat
