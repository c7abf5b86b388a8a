#include "netlat/term/packed_histogram.h"

#include <algorithm>

namespace netlat {

namespace {

void put_number(std::string& octets, std::uint64_t value) {
  while (value >= 0x80) {
    octets += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  octets += static_cast<char>(value);
}

std::uint64_t take_number(const std::string& octets, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0; at < octets.size(); shift += 7) {
    const auto octet = static_cast<unsigned char>(octets[at++]);
    value |= std::uint64_t{octet & 0x7fu} << shift;
    if (octet < 0x80) break;
  }
  return value;
}

// The bucket at the finest scale that stands for one of a coarser scale.
std::int64_t finest(std::int64_t index, int coarsening) {
  if (coarsening <= 0) return index;
  return index * (std::int64_t{1} << coarsening) +
         (std::int64_t{1} << (coarsening - 1));
}

SampleTotals take_totals(const std::string& octets, std::size_t& at) {
  SampleTotals totals;
  totals.n = take_number(octets, at);
  const auto duration = [&] {
    return Nanos{static_cast<std::int64_t>(take_number(octets, at))};
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
  // Durations are never negative (SampleTotals).
  put_number(octets_, totals.n);
  for (const Nanos t : {totals.sum, totals.min, totals.max}) {
    put_number(octets_,
               static_cast<std::uint64_t>(std::max(t, Nanos{0}).count()));
  }
  std::int64_t before = 0;
  const auto put = [&](std::int64_t number, std::uint64_t count) {
    put_number(octets_, static_cast<std::uint64_t>(number - before));
    put_number(octets_, count);
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
  octets_.shrink_to_fit();
}

SampleTotals PackedHistogram::totals() const {
  if (empty()) return {};
  std::size_t at = 0;
  return take_totals(octets_, at);
}

void PackedHistogram::add_to(ExponentialHistogram& sum) const {
  if (empty()) return;
  std::size_t at = 0;
  const SampleTotals totals = take_totals(octets_, at);
  std::uint64_t number = 0;
  while (at < octets_.size()) {
    number += take_number(octets_, at);
    const std::uint64_t count = take_number(octets_, at);
    sum.add_bucket(static_cast<std::uint32_t>(number), count);
  }
  sum.add_totals(totals);
}

std::size_t PackedHistogram::memory_bytes() const noexcept {
  constexpr std::size_t kInPlace = 15;  // of a std::string
  return sizeof *this +
         (octets_.capacity() > kInPlace ? octets_.capacity() : 0);
}

}  // namespace netlat
