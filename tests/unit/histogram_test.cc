#include "netlat/measure/exponential_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "netlat/measure/bucket_index.h"

namespace netlat {
namespace {

// ---- The index against exact arithmetic on whole numbers of any size.

/// A natural number, least significant word first, without leading zeros.
class Natural {
 public:
  explicit Natural(std::uint64_t value) {
    for (; value != 0; value >>= 32) {
      words_.push_back(static_cast<std::uint32_t>(value));
    }
  }
  Natural squared() const {
    Natural out(0);
    out.words_.assign(2 * words_.size(), 0);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      std::uint64_t carry = 0;
      for (std::size_t k = 0; k < words_.size(); ++k) {
        carry += std::uint64_t{words_[i]} * words_[k] + out.words_[i + k];
        out.words_[i + k] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
      out.words_[i + words_.size()] = static_cast<std::uint32_t>(carry);
    }
    out.trim();
    return out;
  }
  Natural power32() const {
    Natural out = *this;
    for (int i = 0; i < 5; ++i) out = out.squared();
    return out;
  }
  Natural times_power_of_two(unsigned bits) const {
    Natural out(0);
    out.words_.assign(bits / 32, 0);
    std::uint64_t carry = 0;
    for (const auto word : words_) {
      carry |= std::uint64_t{word} << bits % 32;
      out.words_.push_back(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    out.words_.push_back(static_cast<std::uint32_t>(carry));
    out.trim();
    return out;
  }
  friend bool operator<(const Natural& a, const Natural& b) {
    if (a.words_.size() != b.words_.size()) {
      return a.words_.size() < b.words_.size();
    }
    return std::lexicographical_compare(a.words_.rbegin(), a.words_.rend(),
                                        b.words_.rbegin(), b.words_.rend());
  }

 private:
  void trim() {
    while (!words_.empty() && words_.back() == 0) words_.pop_back();
  }
  std::vector<std::uint32_t> words_;
};

/// ns > 10^9 * 2^(i/32), decided on the 32nd powers of both sides.
bool above_bound(std::int64_t ns, std::int32_t i) {
  static const Natural second = Natural(1'000'000'000).power32();
  const auto left = Natural(static_cast<std::uint64_t>(ns)).power32();
  return i >= 0 ? second.times_power_of_two(static_cast<unsigned>(i)) < left
                : second < left.times_power_of_two(static_cast<unsigned>(-i));
}

void expect_exact_bucket(std::int64_t ns) {
  const auto i = bucket_index(Nanos{ns});
  if (i == kZeroBucket) {
    ASSERT_TRUE(ns <= 0 || !above_bound(ns, kLowestBucket)) << ns;
    return;
  }
  ASSERT_GE(i, kLowestBucket);
  ASSERT_LE(i, kHighestBucket);
  ASSERT_TRUE(above_bound(ns, i)) << ns << " in bucket " << i;
  ASSERT_FALSE(above_bound(ns, i + 1)) << ns << " in bucket " << i;
}

TEST(BucketIndex, NamedValues) {
  struct Row {
    const char* name;
    std::int64_t ns;
    std::int32_t index;
  };
  const Row rows[] = {
      {"one second belongs to the bucket it closes", 1'000'000'000, -1},
      {"just above one second", 1'000'000'001, 0},
      {"just below one second", 999'999'999, -1},
      {"half a second", 500'000'000, -33},
      {"2^-9 s is a whole number of ns", 1'953'125, -289},
      {"2^-9 s and one", 1'953'126, -288},
      {"two seconds", 2'000'000'000, 31},
      {"first above the zero threshold", 954, kLowestBucket},
      {"at the zero threshold", 953, kZeroBucket},
      {"zero", 0, kZeroBucket},
      {"negative", -5, kZeroBucket},
      {"the most negative", std::numeric_limits<std::int64_t>::min(),
       kZeroBucket},
      {"the largest", std::numeric_limits<std::int64_t>::max(), kHighestBucket},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(bucket_index(Nanos{row.ns}), row.index) << row.name;
  }
}

TEST(BucketIndex, ExactAroundEveryBound) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  for (auto i = kLowestBucket; i < kHighestBucket; ++i) {
    std::int64_t low = 1, high = kMax;  // the last value of bucket i, if any
    while (low < high) {
      const auto middle = low + (high - low + 1) / 2;
      if (bucket_index(Nanos{middle}) <= i) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    for (const auto ns : {low - 1, low, low + 1}) expect_exact_bucket(ns);
    EXPECT_LE(bucket_index(Nanos{low + 1}), i + 1) << "a bucket left out";
  }
}

TEST(BucketIndex, ExactForRandomDurations) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    expect_exact_bucket(
        static_cast<std::int64_t>(random() >> 1 >> random() % 63));
  }
}

TEST(BucketIndex, ShortDurationsHaveTheSameBuckets) {
  constexpr std::uint32_t kEnd = 1U << kShortBits;
  const auto expect_same = [](std::uint32_t ns) {
    ASSERT_EQ(short_bucket_number(ns), bucket_number(Nanos{ns})) << ns;
  };
  for (std::uint32_t ns = 0; ns < 100'000; ++ns) expect_same(ns);
  std::uint32_t before = 0;
  for (std::uint32_t ns = 1; ns < kEnd; ns += 1 + ns / 4'000) {
    const auto number = bucket_number(Nanos{ns});
    if (number == before) continue;
    // The bound was passed within the last step: every value up to here.
    for (std::uint32_t k = ns - ns / 4'000 - 1; k <= ns; ++k) expect_same(k);
    before = number;
  }
  expect_same(kEnd - 1);
}

// ---- Quantiles against a sorted list.

std::vector<std::int64_t> draw(int shape, std::size_t n,
                               std::mt19937_64& random) {
  std::lognormal_distribution<double> lognormal(13.0, 1.5);
  std::exponential_distribution<double> exponential(1e-6);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = uniform(random);
    double ns = 0;
    switch (shape) {
      case 0:
        ns = lognormal(random);
        break;
      case 1:
        ns = exponential(random);
        break;
      case 2:
        ns = 1e6 + 1e5 * u;
        break;
      case 3:
        ns = u < 0.97 ? 9e5 + 1e3 * u : 4e7 + 1e6 * u;
        break;
      case 4:
        ns = 1e5 / std::pow(1 - u, 2);
        break;
      case 5:
        ns = 123'456'789;
        break;
      default:
        ns = std::exp2(2 + 50 * u);
        break;
    }
    out.push_back(static_cast<std::int64_t>(std::min(ns, 9e18)));
  }
  return out;
}
constexpr int kShapes = 7;

std::int64_t sorted_quantile(const std::vector<std::int64_t>& sorted,
                             std::size_t per_mille) {
  const auto rank = (sorted.size() * per_mille + 999) / 1000;
  return sorted[rank - 1];
}

TEST(Histogram, QuantilesWithinTheStatedError) {
  std::mt19937_64 random(2);
  for (int shape = 0; shape < kShapes; ++shape) {
    for (const std::size_t n :
         {1U, 2U, 3U, 10U, 99U, 100U, 101U, 1000U, 20000U}) {
      auto samples = draw(shape, n, random);
      ExponentialHistogram histogram(2048);
      for (const auto ns : samples) histogram.add(Nanos{ns});
      std::sort(samples.begin(), samples.end());
      ASSERT_EQ(histogram.scale(), kFinestScale);
      for (unsigned q = 1; q <= 1000; q += 37) {
        const auto truth = static_cast<double>(sorted_quantile(samples, q));
        const auto got = static_cast<double>(histogram.quantile(q)->count());
        const double allowed = truth <= 953 ? 477 : truth * 0.01083001 + 0.5;
        ASSERT_NEAR(got, truth, allowed)
            << "shape " << shape << " n " << n << " quantile " << q;
      }
      const auto summary = histogram.quantiles();
      EXPECT_EQ(summary.n, n);
      EXPECT_EQ(summary.min.count(), samples.front());
      EXPECT_EQ(summary.max.count(), samples.back());
      EXPECT_EQ(summary.p50, histogram.quantile(500));
      EXPECT_EQ(summary.p90, histogram.quantile(900));
      EXPECT_EQ(summary.p95, histogram.quantile(950));
      EXPECT_EQ(summary.p99, histogram.quantile(990));
      EXPECT_EQ(histogram.quantile(1000)->count() <= samples.back(), true);
    }
  }
}

TEST(Histogram, EachHalvingKeepsItsErrorBound) {
  struct Row {
    std::size_t max_buckets;
    int scale;
    double error;
  };
  const Row rows[] = {{2048, 5, 0.01084}, {800, 4, 0.02167}, {400, 3, 0.04330},
                      {202, 2, 0.08643},  {104, 1, 0.17158}, {64, 0, 0.33334}};
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> octaves(10, 36.5);
  std::vector<std::int64_t> samples;
  for (int i = 0; i < 20'000; ++i) {
    samples.push_back(static_cast<std::int64_t>(std::exp2(octaves(random))));
  }
  samples.push_back(1'000);
  samples.push_back(900'000'000'000'000'000);
  std::sort(samples.begin(), samples.end());
  for (const auto& row : rows) {
    ExponentialHistogram histogram(row.max_buckets);
    for (const auto ns : samples) histogram.add(Nanos{ns});
    EXPECT_EQ(histogram.scale(), row.scale) << row.max_buckets;
    for (unsigned q = 1; q <= 1000; ++q) {
      const auto truth = static_cast<double>(sorted_quantile(samples, q));
      ASSERT_NEAR(static_cast<double>(histogram.quantile(q)->count()), truth,
                  truth * row.error + 0.5);
    }
    EXPECT_LE(histogram.dense().counts.size(), row.max_buckets);
  }
}

TEST(Histogram, EmptySaysNothing) {
  const ExponentialHistogram empty;
  EXPECT_FALSE(empty.quantile(500));
  EXPECT_EQ(empty.quantiles().n, 0U);
  EXPECT_TRUE(empty.dense().counts.empty());
}

TEST(Histogram, OneSampleIsExact) {
  ExponentialHistogram histogram;
  histogram.add(Nanos{1'234'567});
  const auto q = histogram.quantiles();
  for (const auto value : {q.min, q.p50, q.p90, q.p95, q.p99, q.max}) {
    EXPECT_EQ(value, Nanos{1'234'567});
  }
}

TEST(Histogram, NegativeCountsAsZeroAndTheSumStops) {
  ExponentialHistogram histogram;
  histogram.add(Nanos{-7});
  EXPECT_EQ(histogram.totals().min, Nanos{0});
  EXPECT_EQ(histogram.zero_count(), 1U);
  histogram.add(Nanos::max());
  histogram.add(Nanos::max());
  EXPECT_EQ(histogram.totals().sum, Nanos::max());
  EXPECT_EQ(histogram.totals().n, 3U);
  EXPECT_EQ(histogram.quantile(1000), Nanos::max());
}

TEST(Histogram, DenseViewIsTheOtlpOne) {
  ExponentialHistogram histogram;
  histogram.add(Nanos{1'000'000'000});  // bucket -1
  histogram.add(Nanos{1'000'000'001});  // bucket 0
  histogram.add(Nanos{1'000'000'002});
  histogram.add(Nanos{1'050'000'000});  // 32 * log2(1.05) = 2.25
  histogram.add(Nanos{10});
  const auto dense = histogram.dense();
  EXPECT_EQ(dense.scale, 5);
  EXPECT_EQ(dense.offset, -1);
  EXPECT_EQ(dense.counts, (std::vector<std::uint64_t>{1, 2, 0, 1}));
  EXPECT_EQ(histogram.zero_count(), 1U);
}

// ---- Merging.

ExponentialHistogram histogram_of(const std::vector<std::int64_t>& samples,
                                  std::size_t max_buckets) {
  ExponentialHistogram out(max_buckets);
  for (const auto ns : samples) out.add(Nanos{ns});
  return out;
}
ExponentialHistogram sum_of(ExponentialHistogram a,
                            const ExponentialHistogram& b) {
  a.merge(b);
  return a;
}

TEST(Histogram, MergeIsAssociativeCommutativeAndLossless) {
  std::mt19937_64 random(4);
  const std::size_t bounds[] = {1, 64, 100, 160, 320, 640, 1024};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::int64_t> samples[3], all;
    ExponentialHistogram part[3];
    std::size_t least = 1024;
    for (int k = 0; k < 3; ++k) {
      const auto shape = static_cast<int>(random() % kShapes);
      samples[k] = draw(shape, random() % 60, random);
      if (random() % 8 == 0) samples[k].push_back(Nanos::max().count());
      const auto bound = bounds[random() % std::size(bounds)];
      least = std::min(least, bound);
      part[k] = histogram_of(samples[k], bound);
      all.insert(all.end(), samples[k].begin(), samples[k].end());
    }
    const auto left = sum_of(sum_of(part[0], part[1]), part[2]);
    const auto right = sum_of(part[0], sum_of(part[1], part[2]));
    const auto swapped = sum_of(sum_of(part[2], part[0]), part[1]);
    ASSERT_TRUE(left == right) << "round " << round;
    ASSERT_TRUE(left == swapped) << "round " << round;
    ASSERT_TRUE(left == histogram_of(all, least)) << "round " << round;
    auto limited = histogram_of(all, 1024);
    limited.limit(least);
    ASSERT_TRUE(left == limited) << "round " << round;
  }
}

TEST(Histogram, MergesWithItself) {
  auto once = histogram_of({5, 1'000'000, 2'000'000}, 64);
  once.merge(once);
  EXPECT_TRUE(
      once ==
      histogram_of({5, 5, 1'000'000, 1'000'000, 2'000'000, 2'000'000}, 64));
}

TEST(Histogram, LimitNeverRefines) {
  auto histogram = histogram_of({1'000, 1'000'000'000'000}, 64);
  const int coarse = histogram.scale();
  histogram.limit(1024);
  EXPECT_EQ(histogram.scale(), coarse);
  histogram.add(Nanos{5'000});
  EXPECT_LE(histogram.dense().counts.size(), 64U);
}

TEST(Histogram, MemoryFollowsTheRangeInUse) {
  ExponentialHistogram histogram;
  const auto empty = histogram.memory_bytes();
  EXPECT_LE(empty, 256U);
  for (int i = 0; i < 100'000; ++i) histogram.add(Nanos{1'000'000 + i});
  EXPECT_LE(histogram.memory_bytes(), empty + 2 * 512);
}

}  // namespace
}  // namespace netlat
