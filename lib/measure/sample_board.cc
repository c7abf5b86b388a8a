#include "netlat/measure/sample_board.h"

#include "lib/measure/nearest_rank.h"
#include "netlat/measure/exponential_histogram.h"

namespace netlat {

namespace {

constexpr std::int32_t to_bucket(std::uint32_t number) {
  return static_cast<std::int32_t>(number) + kZeroBucket;
}

}  // namespace

// The lowest bucket in use but the zero bucket; kHighestBucket if there is
// none.
std::int32_t SampleBoard::Board::lowest_positive() const noexcept {
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
Quantiles SampleBoard::quantiles_of(const Boards&... boards) {
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

Quantiles SampleBoard::quantiles(Distribution d) const {
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

void SampleBoard::clear() {
  for (std::size_t kind = 0; kind < kSampleKinds; ++kind) {
    drain(static_cast<SampleKind>(kind), [](auto...) {});
  }
}

}  // namespace netlat
