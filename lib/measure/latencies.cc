#include "netlat/measure/latencies.h"

#include "lib/measure/nearest_rank.h"

namespace netlat {

namespace {

constexpr std::int32_t to_bucket(std::uint32_t number) {
  return static_cast<std::int32_t>(number) + kZeroBucket;
}

}  // namespace

// The lowest bucket in use but the zero bucket; kHighestBucket if there is
// none.
std::int32_t Latencies::Board::lowest_positive() const noexcept {
  if (totals.n == 0) return kHighestBucket;
  if (totals.min > kZeroThreshold) return bucket_index(totals.min);
  for (std::uint32_t word = 0; word < kWords; ++word) {
    const std::uint64_t bits = word == 0 ? touched[0] & ~1ULL : touched[word];
    if (bits == 0) continue;
    return to_bucket(word << 6 |
                     static_cast<std::uint32_t>(std::countr_zero(bits)));
  }
  return kHighestBucket;
}

template <class... Boards>
Quantiles Latencies::quantiles_of(const Boards&... boards) {
  SampleTotals totals;
  (totals.merge(boards.totals), ...);
  std::uint32_t word = std::max({boards.words_end()...});
  std::uint64_t bits = 0;
  // As an ExponentialHistogram would do with this range.
  const std::int32_t high = std::max({boards.highest()...});
  constexpr auto kMost = ExponentialHistogram::kDefaultMaxBuckets;
  const int coarsening =
      static_cast<std::size_t>(high - kZeroBucket) < kMost
          ? 0
          : coarsening_for(std::min({boards.lowest_positive()...}), high,
                           kMost);
  const auto next = [&]() -> BucketCount {
    while (bits == 0) {
      --word;
      bits = (boards.touched[word] | ...);
    }
    const auto top = 63U - static_cast<std::uint32_t>(std::countl_zero(bits));
    bits ^= std::uint64_t{1} << top;
    const std::uint32_t number = word << 6 | top;
    const std::int32_t index = to_bucket(number);
    return {index == kZeroBucket ? index : index >> coarsening,
            (boards.counts[number] + ...)};
  };
  return quantiles_from_above(next, totals, coarsening);
}

Quantiles Latencies::quantiles(Distribution d) const {
  switch (d) {
    case Distribution::server_network:
      return quantiles_of(of(SampleKind::server_network));
    case Distribution::server_ack:
      return quantiles_of(of(SampleKind::server_network),
                          of(SampleKind::server_other));
    case Distribution::client_network:
      return quantiles_of(of(SampleKind::client_network));
    case Distribution::client_ack:
      return quantiles_of(of(SampleKind::client_network),
                          of(SampleKind::client_other));
    case Distribution::service:
      return quantiles_of(of(SampleKind::service));
    case Distribution::elapsed:
      break;
  }
  return quantiles_of(of(SampleKind::elapsed));
}

void Latencies::fill(FlowRecord& record) const {
  record.server_rtt = {quantiles(Distribution::server_network),
                       quantiles(Distribution::server_ack)};
  record.client_rtt = {quantiles(Distribution::client_network),
                       quantiles(Distribution::client_ack)};
  record.service = quantiles(Distribution::service);
  record.elapsed = quantiles(Distribution::elapsed);
}

template <class... Boards>
ExponentialHistogram::Intake Latencies::announce(ExponentialHistogram& to,
                                                 const Boards&... boards) {
  SampleTotals totals;
  (totals.merge(boards.totals), ...);
  return to.take_in(totals, std::min({boards.lowest_positive()...}),
                    std::max({boards.highest()...}));
}

void Latencies::move_to(
    std::array<ExponentialHistogram, kDistributions>& histograms) {
  const auto histogram = [&](Distribution d) -> ExponentialHistogram& {
    return histograms[static_cast<std::size_t>(d)];
  };
  const auto move_half = [&](SampleKind network, SampleKind other,
                             Distribution only_network, Distribution both) {
    if (totals(network).n + totals(other).n == 0) return;
    auto to_network = announce(histogram(only_network), of(network));
    auto to_both = announce(histogram(both), of(network), of(other));
    drain(
        [&](std::uint32_t number, std::uint64_t n, std::uint64_t others) {
          to_network.add(to_bucket(number), n);
          to_both.add(to_bucket(number), n + others);
        },
        network, other);
  };
  const auto move_one = [&](SampleKind kind, Distribution d) {
    if (totals(kind).n == 0) return;
    auto to = announce(histogram(d), of(kind));
    drain([&](std::uint32_t number,
              std::uint64_t n) { to.add(to_bucket(number), n); },
          kind);
  };
  move_half(SampleKind::server_network, SampleKind::server_other,
            Distribution::server_network, Distribution::server_ack);
  move_half(SampleKind::client_network, SampleKind::client_other,
            Distribution::client_network, Distribution::client_ack);
  move_one(SampleKind::service, Distribution::service);
  move_one(SampleKind::elapsed, Distribution::elapsed);
}

void Latencies::clear() {
  const auto nothing = [](auto...) {};
  for (std::size_t kind = 0; kind < kSampleKinds; ++kind) {
    drain(nothing, static_cast<SampleKind>(kind));
  }
}

}  // namespace netlat
