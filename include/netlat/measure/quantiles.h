#pragma once
// The summary of one distribution of durations, as records carry it.

#include <cstdint>

#include "netlat/base/time.h"

namespace netlat {

/// A percentile is shown, and compared with another, only of this many
/// samples or more: of fewer, the nearest-rank p99 or p95 is the maximum.
inline constexpr std::uint64_t kSamplesForP99 = 100;
inline constexpr std::uint64_t kSamplesForP95 = 20;

/// Quantiles of `n` samples; with n == 0 the rest means nothing and is shown
/// as null.  min and max are exact, the quantiles within the histogram's
/// relative error (measure/exponential_histogram.h) and inside [min, max].
struct Quantiles {
  std::uint64_t n = 0;
  Nanos min{0}, p50{0}, p90{0}, p95{0}, p99{0}, max{0};

  /// The highest of p50, p95 and p99 that `samples` samples are enough for.
  Nanos highest_of(std::uint64_t samples) const noexcept {
    return samples >= kSamplesForP99   ? p99
           : samples >= kSamplesForP95 ? p95
                                       : p50;
  }
};

}  // namespace netlat
