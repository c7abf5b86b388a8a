#pragma once
// The six distributions of one connection, counted: what its record and its
// service are made from.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "netlat/measure/bucket_index.h"
#include "netlat/measure/quantiles.h"
#include "netlat/measure/sample_counts.h"
#include "netlat/measure/sample_kind.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

class Latencies {
 public:
  Latencies() : room_(kDistributions * kBuckets) {}

  /// Takes all that `counts` holds and leaves it empty.
  void take(SampleCounts& counts);

  const SampleTotals& totals(Distribution d) const {
    return totals_[static_cast<std::size_t>(d)];
  }
  /// Of kFinestScale, ascending, each once; valid until take().
  std::span<const BucketCount> buckets(Distribution d) const {
    const auto at = static_cast<std::size_t>(d);
    return {&room_[at * kBuckets], used_[at]};
  }
  /// What an ExponentialHistogram{} of the same samples would say.
  Quantiles quantiles(Distribution d) const;

 private:
  void take_half(SampleCounts& counts, SampleKind network, SampleKind other,
                 Distribution only_network, Distribution both);
  void take_one(SampleCounts& counts, SampleKind kind, Distribution d);

  std::array<SampleTotals, kDistributions> totals_;
  std::array<std::size_t, kDistributions> used_{};
  std::vector<BucketCount> room_;  // kBuckets for each distribution
};

}  // namespace netlat
