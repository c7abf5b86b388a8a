#include "lib/measure/nearest_rank.h"

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

Nanos bucket_estimate(std::int32_t index, int coarsening) {
  return coarsening == 0 ? finest_estimates()[index - kZeroBucket]
                         : compute_estimate(index, coarsening);
}

}  // namespace netlat
