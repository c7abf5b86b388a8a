#include "netlat/measure/latencies.h"

#include "lib/measure/nearest_rank.h"
#include "netlat/measure/exponential_histogram.h"

namespace netlat {

namespace {

constexpr std::size_t at(Distribution d) {
  return static_cast<std::size_t>(d);
}
constexpr std::int32_t to_bucket(std::uint32_t number) {
  return static_cast<std::int32_t>(number) + kZeroBucket;
}

}  // namespace

void Latencies::take_half(SampleCounts& counts, SampleKind network,
                          SampleKind other, Distribution only_network,
                          Distribution both) {
  totals_[at(only_network)] = totals_[at(both)] = counts.totals(network);
  totals_[at(both)].merge(counts.totals(other));
  BucketCount* const first_network = &room_[at(only_network) * kBuckets];
  BucketCount* const first_both = &room_[at(both) * kBuckets];
  BucketCount* to_network = first_network;
  BucketCount* to_both = first_both;
  counts.drain(
      [&](std::uint32_t number, std::uint64_t n, std::uint64_t others) {
        // Written in any case and kept if it counts: cheaper than a branch
        // that nobody can predict.
        *to_network = {to_bucket(number), n};
        to_network += n != 0 ? 1 : 0;
        *to_both++ = {to_bucket(number), n + others};
      },
      network, other);
  used_[at(only_network)] =
      static_cast<std::size_t>(to_network - first_network);
  used_[at(both)] = static_cast<std::size_t>(to_both - first_both);
}

void Latencies::take_one(SampleCounts& counts, SampleKind kind,
                         Distribution d) {
  totals_[at(d)] = counts.totals(kind);
  BucketCount* const first = &room_[at(d) * kBuckets];
  BucketCount* to = first;
  counts.drain(
      [&](std::uint32_t number, std::uint64_t n) {
        *to++ = {to_bucket(number), n};
      },
      kind);
  used_[at(d)] = static_cast<std::size_t>(to - first);
}

void Latencies::take(SampleCounts& counts) {
  take_half(counts, SampleKind::server_network, SampleKind::server_other,
            Distribution::server_network, Distribution::server_ack);
  take_half(counts, SampleKind::client_network, SampleKind::client_other,
            Distribution::client_network, Distribution::client_ack);
  take_one(counts, SampleKind::service, Distribution::service);
  take_one(counts, SampleKind::elapsed, Distribution::elapsed);
}

Quantiles Latencies::quantiles(Distribution d) const {
  const auto& of = totals(d);
  if (of.n == 0) return {};
  const auto ascending = buckets(d);
  const auto low = ascending.front().index, high = ascending.back().index;
  if (static_cast<std::size_t>(high - low) <
      ExponentialHistogram::kDefaultMaxBuckets) {
    return quantiles_of(ascending, of, 0);
  }
  std::vector<BucketCount> joined(ascending.begin(), ascending.end());
  const auto positive = joined.begin() + (low == kZeroBucket ? 1 : 0);
  if (positive == joined.end()) return quantiles_of(ascending, of, 0);
  const int coarsening = coarsening_for(
      positive->index, high, ExponentialHistogram::kDefaultMaxBuckets);
  for (auto b = positive; b != joined.end(); ++b) b->index >>= coarsening;
  return quantiles_of(joined, of, coarsening);
}

}  // namespace netlat
