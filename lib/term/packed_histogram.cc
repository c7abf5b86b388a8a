#include "netlat/term/packed_histogram.h"

#include <algorithm>

#include "lib/term/packed_bits.h"

namespace netlat {

namespace {

// Octets of the totals and the first bucket's number at most, and of a bucket.
constexpr std::size_t kTotals = 48, kUsual = 2;

// What a bucket is expected to count: the mean of the two before it.
class Expectation {
 public:
  void follow(std::uint64_t count) noexcept {
    before_ = last_;
    last_ = count;
  }
  void forget() noexcept { last_ = before_ = 0; }
  std::uint64_t value() const noexcept { return (last_ + before_) / 2; }

 private:
  // Together no more than all samples.
  std::uint64_t last_ = 0, before_ = 0;
};

// By how much a count misses what was expected, small for small misses either
// way; a miss below cannot be larger than the expectation itself.
std::uint64_t miss_of(std::uint64_t count, std::uint64_t expected) {
  if (count < expected) return 2 * (expected - count) - 1;
  const std::uint64_t above = count - expected;
  return above > expected ? count : 2 * above;
}

std::uint64_t count_of(std::uint64_t miss, std::uint64_t expected) {
  if (miss > 2 * expected) return miss;
  return miss % 2 == 1 ? expected - (miss + 1) / 2 : expected + miss / 2;
}

// Buckets in order: counts of neighbours, and after one that is empty how many
// more are.
class BucketWriter {
 public:
  explicit BucketWriter(std::string& octets) : octets_(octets), bits_(octets) {}
  ~BucketWriter() { bits_.finish(); }
  BucketWriter(const BucketWriter&) = delete;
  BucketWriter& operator=(const BucketWriter&) = delete;

  void put(std::uint64_t number, std::uint64_t count) {
    if (!begun_) {
      put_number(octets_, number);
    } else if (number > next_) {
      put_count(0);
      expected_.forget();
      bits_.put_rice(number - next_ - 1, kRunBits);
    }
    put_count(count);
    begun_ = true;
    next_ = number + 1;
  }

  /// Of a number of empty buckets.
  static constexpr unsigned kRunBits = 1;

 private:
  void put_count(std::uint64_t count) {
    const std::uint64_t miss = miss_of(count, expected_.value());
    bits_.put_rice(miss, width_.bits());
    width_.follow(miss);
    expected_.follow(count);
  }

  std::string& octets_;
  BitWriter bits_;
  RiceWidth width_;
  Expectation expected_;
  bool begun_ = false;
  std::uint64_t next_ = 0;
};

// Calls `visit` with each bucket of `samples` in all.
template <class Visit>
void read_buckets(OctetReader& octets, std::uint64_t samples, Visit visit) {
  std::uint64_t number = octets.number();
  BitReader bits(octets.rest());
  RiceWidth width;
  Expectation expected;
  for (; samples > 0 && number < kBuckets; ++number) {
    const std::uint64_t miss = bits.take_rice(width.bits());
    width.follow(miss);
    const std::uint64_t count = count_of(miss, expected.value());
    expected.follow(count);
    if (count > 0) {
      visit(static_cast<std::uint32_t>(number), count);
      samples -= std::min(samples, count);
      continue;
    }
    expected.forget();
    number += bits.take_rice(BucketWriter::kRunBits);
  }
}

// The bucket at the finest scale that stands for one of a coarser scale.
std::int64_t finest(std::int64_t index, int coarsening) {
  if (coarsening <= 0) return index;
  return index * (std::int64_t{1} << coarsening) +
         (std::int64_t{1} << (coarsening - 1));
}

void put_buckets(std::string& octets, const DenseBuckets& buckets,
                 std::uint64_t zero_count) {
  BucketWriter writer(octets);
  if (zero_count > 0) writer.put(0, zero_count);
  std::int64_t index = buckets.offset;
  for (const std::uint64_t count : buckets.counts) {
    if (count > 0) {
      writer.put(static_cast<std::uint64_t>(
                     finest(index, kFinestScale - buckets.scale) - kZeroBucket),
                 count);
    }
    ++index;
  }
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
  octets.reserve(kUsual * buckets.counts.size() + kTotals);
  // Durations are never negative (SampleTotals).
  put_number(octets, totals.n);
  for (const Nanos t : {totals.sum, totals.min, totals.max}) {
    put_number(octets,
               static_cast<std::uint64_t>(std::max(t, Nanos{0}).count()));
  }
  put_buckets(octets, buckets, zero_count);
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
  read_buckets(octets, totals.n,
               [&](std::uint32_t number, std::uint64_t count) {
                 sum.add_bucket(number, count);
               });
  sum.add_totals(totals);
}

}  // namespace netlat
