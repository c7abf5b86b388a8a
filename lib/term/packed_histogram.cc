#include "netlat/term/packed_histogram.h"

#include <algorithm>

namespace netlat {

namespace {

// A bucket is so far from the one before and holds so many samples.  In one
// octet, 0DDCCCCC: the distance less 1, the count less 1.  Otherwise 1DDDDDDD,
// the rest of the distance where it is kFar or more, and the count.
constexpr std::size_t kTotals = 40;  // octets at most
constexpr std::uint64_t kNear = 4, kFew = 32, kFar = 0x7f;

void put_bucket(std::string& octets, std::uint64_t distance,
                std::uint64_t count) {
  if (distance <= kNear && count <= kFew) {
    octets += static_cast<char>((distance - 1) << 5 | (count - 1));
    return;
  }
  octets += static_cast<char>(0x80 | std::min(distance - 1, kFar));
  if (distance - 1 >= kFar) put_number(octets, distance - 1 - kFar);
  put_number(octets, count);
}

struct PackedBucket {
  std::uint64_t distance, count;
};

PackedBucket take_bucket(OctetReader& octets) {
  const std::uint8_t first = octets.octet();
  if (first < 0x80) {
    return {(first >> 5) + std::uint64_t{1}, (first & 0x1f) + std::uint64_t{1}};
  }
  std::uint64_t distance = (first & kFar) + 1;
  if (distance - 1 == kFar) distance += octets.number();
  return {distance, octets.number()};
}

// The bucket at the finest scale that stands for one of a coarser scale.
std::int64_t finest(std::int64_t index, int coarsening) {
  if (coarsening <= 0) return index;
  return index * (std::int64_t{1} << coarsening) +
         (std::int64_t{1} << (coarsening - 1));
}

SampleTotals take_totals(OctetReader& octets) {
  SampleTotals totals;
  totals.n = octets.number();
  const auto duration = [&] {
    return Nanos{static_cast<std::int64_t>(octets.number())};
  };
  totals.sum = duration();
  totals.min = duration();
  totals.max = duration();
  return totals;
}

}  // namespace

PackedHistogram::PackedHistogram(const ExponentialHistogram& histogram) {
  pack(histogram.totals(), histogram.dense(), histogram.zero_count());
}

PackedHistogram::PackedHistogram(const SampleTotals& totals,
                                 const DenseBuckets& buckets) {
  if (totals.min > totals.max) return;
  std::uint64_t counted = 0;
  for (const std::uint64_t count : buckets.counts) {
    if (count > totals.n - counted) return;
    counted += count;
  }
  const int coarsening = kFinestScale - buckets.scale;
  if (coarsening < 0 || coarsening > kFinestScale) return;
  const std::int64_t first = buckets.offset;
  const auto size = static_cast<std::int64_t>(buckets.counts.size());
  if (size > 0 && (finest(first, coarsening) < kLowestBucket ||
                   finest(first + size - 1, coarsening) > kHighestBucket)) {
    return;
  }
  pack(totals, buckets, totals.n - counted);
}

void PackedHistogram::pack(const SampleTotals& totals,
                           const DenseBuckets& buckets,
                           std::uint64_t zero_count) {
  if (totals.n == 0) return;
  std::string octets;
  octets.reserve(2 * buckets.counts.size() + kTotals);
  // Durations are never negative (SampleTotals).
  put_number(octets, totals.n);
  for (const Nanos t : {totals.sum, totals.min, totals.max}) {
    put_number(octets,
               static_cast<std::uint64_t>(std::max(t, Nanos{0}).count()));
  }
  std::int64_t before = -1;
  const auto put = [&](std::int64_t number, std::uint64_t count) {
    put_bucket(octets, static_cast<std::uint64_t>(number - before), count);
    before = number;
  };
  if (zero_count > 0) put(0, zero_count);
  std::int64_t index = buckets.offset;
  for (const std::uint64_t count : buckets.counts) {
    if (count > 0) {
      put(finest(index, kFinestScale - buckets.scale) - kZeroBucket, count);
    }
    ++index;
  }
  octets_ = PackedOctets(octets);
}

SampleTotals PackedHistogram::totals() const {
  OctetReader octets(octets_.view());
  return empty() ? SampleTotals{} : take_totals(octets);
}

void PackedHistogram::View::add_to(ExponentialHistogram& sum) const {
  if (octets_.empty()) return;
  OctetReader octets(octets_);
  const SampleTotals totals = take_totals(octets);
  // The first is as far from none as its number and one.
  std::uint64_t number = ~std::uint64_t{0};
  while (!octets.at_end()) {
    const PackedBucket bucket = take_bucket(octets);
    number += bucket.distance;
    sum.add_bucket(static_cast<std::uint32_t>(number), bucket.count);
  }
  sum.add_totals(totals);
}

}  // namespace netlat
