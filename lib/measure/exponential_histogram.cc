#include "netlat/measure/exponential_histogram.h"

#include <algorithm>

#include "lib/measure/nearest_rank.h"

namespace netlat {

ExponentialHistogram::ExponentialHistogram(std::size_t max_buckets)
    : max_buckets_(std::max(max_buckets, kLeastMaxBuckets)) {}

void ExponentialHistogram::add(Nanos value) {
  totals_.add(value);
  put(0, bucket_index(value), 1);
}

void ExponentialHistogram::merge(const ExponentialHistogram& other) {
  // Copied first: `other` may be *this.
  const auto buckets = other.ascending();
  const int coarsening = other.coarsening_;
  limit(other.max_buckets_);
  coarsen_to(coarsening);
  totals_.merge(SampleTotals{other.totals_});
  for (const auto& bucket : buckets) {
    put(coarsening, bucket.index, bucket.count);
  }
}

void ExponentialHistogram::limit(std::size_t max_buckets) {
  max_buckets_ = std::clamp(max_buckets, kLeastMaxBuckets, max_buckets_);
  if (low_ > high_) return;
  coarsen_to(coarsening_ + coarsening_for(low_, high_, max_buckets_));
}

// `index` is of kFinestScale shifted right by `coarsening`, which is at most
// that of this histogram.
void ExponentialHistogram::put(int coarsening, std::int32_t index,
                               std::uint64_t count) {
  if (index == kZeroBucket) {
    zero_count_ += count;
    return;
  }
  cover(coarsening, index, index);
  counter(index >> (coarsening_ - coarsening)) += count;
}

// Makes room for buckets `low` to `high`, indices as above: both in use then.
void ExponentialHistogram::cover(int coarsening, std::int32_t low,
                                 std::int32_t high) {
  low >>= coarsening_ - coarsening;
  high >>= coarsening_ - coarsening;
  if (low >= low_ && high <= high_) return;
  low = std::min(low_, low);
  high = std::max(high_, high);
  const int further = coarsening_for(low, high, max_buckets_);
  if (further > 0) coarsen_to(coarsening_ + further);
  low_ = low >> further;
  high_ = high >> further;
  const auto first = low_ & ~(kGroup - 1);
  const auto end = (high_ | (kGroup - 1)) + 1;
  if (counts_.empty()) {
    first_ = first;
  } else if (first < first_) {
    counts_.insert(counts_.begin(), static_cast<std::size_t>(first_ - first),
                   0);
    first_ = first;
  }
  const auto size = static_cast<std::size_t>(end - first_);
  if (size > counts_.size()) counts_.resize(size);
  if (coarsening_ > 0) {
    open_ = {};
    return;
  }
  open_.first = static_cast<std::uint32_t>(low_ - kZeroBucket);
  open_.size = static_cast<std::uint32_t>(high_ - low_) + 1;
  open_.at = static_cast<std::uint32_t>(low_ - first_);
}

void ExponentialHistogram::coarsen_to(int coarsening) {
  if (coarsening <= coarsening_) return;
  const auto buckets = ascending();
  const int before = coarsening_;
  counts_.clear();
  zero_count_ = 0;
  low_ = kHighestBucket;
  high_ = kLowestBucket;
  coarsening_ = coarsening;
  for (const auto& bucket : buckets) put(before, bucket.index, bucket.count);
}

std::vector<BucketCount> ExponentialHistogram::ascending() const {
  std::vector<BucketCount> buckets;
  if (zero_count_ > 0) buckets.push_back({kZeroBucket, zero_count_});
  std::int32_t index = first_;
  for (const auto count : counts_) {
    if (count != 0) buckets.push_back({index, count});
    ++index;
  }
  return buckets;
}

// The buckets in use from the highest down, for WalkFromAbove.
auto ExponentialHistogram::from_above() const {
  return [this, at = counts_.size()]() mutable -> BucketCount {
    while (at > 0 && counts_[at - 1] == 0) --at;
    if (at == 0) return {kZeroBucket, zero_count_};
    --at;
    return {first_ + static_cast<std::int32_t>(at), counts_[at]};
  };
}

std::optional<Nanos> ExponentialHistogram::quantile(unsigned per_mille) const {
  const std::uint64_t n = totals_.n;
  if (n == 0) return std::nullopt;
  // ceil(n * per_mille / 1000) without the overflow of the product.
  const std::uint64_t rank =
      n / 1000 * per_mille + (n % 1000 * per_mille + 999) / 1000;
  return WalkFromAbove(from_above(), totals_, coarsening_).sample(n - rank);
}

Quantiles ExponentialHistogram::quantiles() const {
  return quantiles_from_above(from_above(), totals_, coarsening_);
}

std::uint64_t ExponentialHistogram::count_above(Nanos limit) const noexcept {
  if (totals_.n == 0 || totals_.max <= limit) return 0;
  if (totals_.min > limit) return totals_.n;
  const std::int32_t index = bucket_index(limit);
  const std::int64_t beyond =
      index == kZeroBucket ? first_ : (index >> coarsening_) + 1;
  std::uint64_t sum = 0;
  for (auto at =
           static_cast<std::size_t>(std::max<std::int64_t>(beyond - first_, 0));
       at < counts_.size(); ++at) {
    sum += counts_[at];
  }
  return sum;
}

DenseBuckets ExponentialHistogram::dense() const {
  DenseBuckets out{.scale = scale(), .offset = 0, .counts = {}};
  if (low_ > high_) return out;
  out.offset = low_;
  out.counts.resize(static_cast<std::size_t>(high_ - low_) + 1);
  for (const auto& bucket : ascending()) {
    if (bucket.index == kZeroBucket) continue;
    out.counts[static_cast<std::size_t>(bucket.index - low_)] = bucket.count;
  }
  return out;
}

std::size_t ExponentialHistogram::memory_bytes() const noexcept {
  return sizeof *this + counts_.capacity() * sizeof counts_[0];
}

bool operator==(const ExponentialHistogram& a, const ExponentialHistogram& b) {
  return a.totals_ == b.totals_ && a.coarsening_ == b.coarsening_ &&
         a.max_buckets_ == b.max_buckets_ && a.ascending() == b.ascending();
}

}  // namespace netlat
