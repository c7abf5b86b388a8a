#pragma once
// The summary of one distribution of durations, as records carry it.

#include <cstdint>

#include "netlat/base/time.h"

namespace netlat {

/// With fewer samples the nearest-rank p99 is the maximum: a p99 is shown and
/// ranked by only from here on.
inline constexpr std::uint64_t kLeastForP99 = 100;

/// Quantiles of `n` samples; with n == 0 the rest means nothing and is shown
/// as null.  min and max are exact, the quantiles within the histogram's
/// relative error (measure/exponential_histogram.h) and inside [min, max].
struct Quantiles {
  std::uint64_t n = 0;
  Nanos min{0}, p50{0}, p90{0}, p95{0}, p99{0}, max{0};
};

}  // namespace netlat
