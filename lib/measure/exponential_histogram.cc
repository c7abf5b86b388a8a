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

void ExponentialHistogram::merge(const SampleTotals& totals,
                                 std::span<const BucketCount> buckets) {
  totals_.merge(totals);
  for (const auto& bucket : buckets) put(0, bucket.index, bucket.count);
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
  index >>= coarsening_ - coarsening;
  if (index < low_ || index > high_) {
    const auto low = std::min(low_, index), high = std::max(high_, index);
    const int further = coarsening_for(low, high, max_buckets_);
    if (further > 0) coarsen_to(coarsening_ + further);
    index >>= further;
    low_ = std::min(low_, index);
    high_ = std::max(high_, index);
  }
  auto& page =
      page_of_[static_cast<std::size_t>((index >> kPageBits) - kLowestPage)];
  if (page == 0) {
    pages_.emplace_back();
    page = static_cast<std::uint8_t>(pages_.size());
  }
  constexpr std::int32_t kSlots = (1 << kPageBits) - 1;
  pages_[page - 1U][static_cast<std::size_t>(index & kSlots)] += count;
}

void ExponentialHistogram::coarsen_to(int coarsening) {
  if (coarsening <= coarsening_) return;
  const auto buckets = ascending();
  const int before = coarsening_;
  pages_.clear();
  page_of_.fill(0);
  zero_count_ = 0;
  low_ = kHighestBucket;
  high_ = kLowestBucket;
  coarsening_ = coarsening;
  for (const auto& bucket : buckets) put(before, bucket.index, bucket.count);
}

std::vector<BucketCount> ExponentialHistogram::ascending() const {
  std::vector<BucketCount> buckets;
  if (zero_count_ > 0) buckets.push_back({kZeroBucket, zero_count_});
  for (std::size_t k = 0; k < kPages; ++k) {
    if (page_of_[k] == 0) continue;
    const auto first =
        (static_cast<std::int32_t>(k) + kLowestPage) * (1 << kPageBits);
    const auto& page = pages_[page_of_[k] - 1U];
    for (std::size_t slot = 0; slot < page.size(); ++slot) {
      if (page[slot] == 0) continue;
      buckets.push_back({first + static_cast<std::int32_t>(slot), page[slot]});
    }
  }
  return buckets;
}

std::optional<Nanos> ExponentialHistogram::quantile(unsigned per_mille) const {
  if (totals_.n == 0) return std::nullopt;
  return nearest_rank(ascending(), totals_, coarsening_, per_mille);
}

Quantiles ExponentialHistogram::quantiles() const {
  return quantiles_of(ascending(), totals_, coarsening_);
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
  return sizeof *this + pages_.capacity() * sizeof(Page);
}

bool operator==(const ExponentialHistogram& a, const ExponentialHistogram& b) {
  return a.totals_ == b.totals_ && a.coarsening_ == b.coarsening_ &&
         a.max_buckets_ == b.max_buckets_ && a.ascending() == b.ascending();
}

}  // namespace netlat
