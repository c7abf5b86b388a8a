#include "netlat/report/metric_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace netlat {

namespace {

// What service levels are asked about between a data centre's round trip and a
// user's patience.
constexpr std::array kClassicBounds = {
    .00005, .0001, .0002, .0003, .0005, .00075, .001, .0015,
    .002,   .003,  .005,  .0075, .01,   .015,   .025, .05,
    .075,   .1,    .15,   .25,   .5,    1.,     2.5,  5.};

constexpr double kLeastBound = 1e-6, kMostBound = 86'400;

Nanos nanos(double seconds) {
  return Nanos{std::llround(seconds * 1e9)};
}

// Has a counter for bucket `index`, Prometheus' numbering.
std::uint64_t& native(MetricHistogram& to, std::int32_t index) {
  auto& counts = to.counts;
  if (counts.empty()) to.first = index;
  if (index < to.first) {
    counts.insert(counts.begin(), static_cast<std::size_t>(to.first - index),
                  0);
    to.first = index;
  }
  const auto at = static_cast<std::size_t>(index - to.first);
  if (at >= counts.size()) counts.resize(at + 1);
  return counts[at];
}

void add_native(const DenseBuckets& buckets, MetricHistogram& to) {
  const int coarser = buckets.scale - MetricHistogram::kSchema;
  for (std::size_t k = 0; k < buckets.counts.size(); ++k) {
    if (buckets.counts[k] == 0) continue;
    // Named for its upper bound, not for its lower as in OTLP.
    const auto index =
        ((buckets.offset + static_cast<std::int32_t>(k)) >> coarser) + 1;
    native(to, index) += buckets.counts[k];
  }
}

void add_classic(const DenseBuckets& buckets, std::uint64_t zeros,
                 MetricHistogram& to) {
  std::uint64_t below = zeros;
  std::size_t k = 0;
  for (ClassicBucket& bucket : to.classic) {
    const std::int32_t last =
        bucket_index(nanos(bucket.le)) >> (kFinestScale - buckets.scale);
    while (k < buckets.counts.size() &&
           buckets.offset + static_cast<std::int32_t>(k) <= last) {
      below += buckets.counts[k++];
    }
    bucket.cumulative += below;
  }
}

}  // namespace

std::vector<double> classic_bounds(std::span<const double> more) {
  std::vector<double> bounds(kClassicBounds.begin(), kClassicBounds.end());
  for (const double bound : more) {
    if (bound >= kLeastBound && bound <= kMostBound) bounds.push_back(bound);
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

MetricHistogram empty_histogram(std::span<const double> bounds) {
  MetricHistogram h;
  for (const double bound : bounds) h.classic.push_back({bound, 0});
  return h;
}

void add_samples(const ExponentialHistogram& samples, MetricHistogram& to) {
  const SampleTotals& totals = samples.totals();
  if (totals.n == 0) return;
  to.count += totals.n;
  to.sum += std::chrono::duration<double>(totals.sum).count();
  to.zero_count += samples.zero_count();
  const DenseBuckets buckets = samples.dense();
  add_native(buckets, to);
  add_classic(buckets, samples.zero_count(), to);
}

void note_slowest(const ExponentialHistogram& samples, Stamp at,
                  MetricHistogram& to) {
  const SampleTotals& totals = samples.totals();
  if (totals.n == 0) return;
  const double slowest = std::chrono::duration<double>(totals.max).count();
  if (to.slowest && at - to.slowest->time < kExemplarFor &&
      slowest < to.slowest->value) {
    return;
  }
  to.slowest = {slowest, at};
}

}  // namespace netlat
