// What a histogram of metrics keeps of the samples.

#include "netlat/report/metric_histogram.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/report_samples.h"

namespace netlat {
namespace {

using test::us;

TEST(MetricHistogram, AgreesWithTheSamplesThemselves) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> length(-6, 2);
  const auto bounds = classic_bounds({});
  MetricHistogram h = empty_histogram(bounds);
  std::vector<double> all;
  for (int interval = 0; interval < 40; ++interval) {
    ExponentialHistogram samples;
    for (int i = 0; i < 100; ++i) {
      const Nanos value{std::llround(length(random) * 1e9)};
      samples.add(value);
      all.push_back(static_cast<double>(value.count()) / 1e9);
    }
    add_samples(samples, h);
  }
  EXPECT_EQ(h.count, all.size());
  double sum = 0;
  for (const double v : all) sum += v;
  EXPECT_NEAR(h.sum, sum, 1e-6);
  for (const ClassicBucket& bucket : h.classic) {
    const auto up_to = [&](double bound) {
      return static_cast<std::uint64_t>(std::count_if(
          all.begin(), all.end(), [&](double v) { return v <= bound; }));
    };
    EXPECT_GE(bucket.cumulative, up_to(bucket.le)) << bucket.le;
    EXPECT_LE(bucket.cumulative, up_to(bucket.le * std::exp2(1. / 32)))
        << bucket.le;
  }
  // Each native bucket holds exactly what lies between its bounds.
  std::uint64_t native = h.zero_count;
  for (std::size_t k = 0; k < h.counts.size(); ++k) {
    const double index = h.first + static_cast<double>(k);
    const double high = std::exp2(index / 8), low = std::exp2((index - 1) / 8);
    native += h.counts[k];
    EXPECT_EQ(h.counts[k], static_cast<std::uint64_t>(std::count_if(
                               all.begin(), all.end(),
                               [&](double v) { return v > low && v <= high; })))
        << index;
  }
  EXPECT_EQ(native, h.count);
}

TEST(MetricHistogram, NeverFallsThoughAnIntervalIsCoarser) {
  MetricHistogram h = empty_histogram(classic_bounds({}));
  std::mt19937 random(5);
  for (int i = 0; i < 50; ++i) {
    const MetricHistogram before = h;
    ExponentialHistogram samples;
    samples.add(us(1));
    samples.add(us(static_cast<int>(random() % 3000)));
    if (i % 5 == 0) samples.add(std::chrono::hours(40));
    EXPECT_EQ(samples.scale(), i % 5 == 0 ? 4 : 5);
    add_samples(samples, h);
    for (std::size_t k = 0; k < h.classic.size(); ++k) {
      ASSERT_GE(h.classic[k].cumulative, before.classic[k].cumulative);
      if (k > 0) {
        ASSERT_GE(h.classic[k].cumulative, h.classic[k - 1].cumulative);
      }
    }
    ASSERT_LE(h.classic.back().cumulative, h.count);
  }
  EXPECT_GT(h.count, 20U);
}

TEST(MetricHistogram, BoundsOfObjectivesAreAmongTheOthers) {
  const double more[] = {0.0042, 0.005, 1e-9, 1e9};
  const auto bounds = classic_bounds(more);
  EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  EXPECT_EQ(std::count(bounds.begin(), bounds.end(), 0.0042), 1);
  EXPECT_EQ(std::count(bounds.begin(), bounds.end(), 0.005), 1);
  EXPECT_EQ(bounds.size(), classic_bounds({}).size() + 1);
}

TEST(MetricHistogram, TheSlowestStandsForAWhile) {
  MetricHistogram h = empty_histogram({});
  const auto add = [&](int second, int microseconds) {
    ExponentialHistogram samples;
    samples.add(us(1));
    if (microseconds > 0) samples.add(us(microseconds));
    note_slowest(samples, stamp_ns(0) + std::chrono::seconds(second), h);
    return h.slowest->value;
  };
  note_slowest({}, stamp_ns(0), h);
  EXPECT_FALSE(h.slowest);
  EXPECT_EQ(add(1, 500), 500e-6);
  EXPECT_EQ(add(2, 400), 500e-6);
  EXPECT_EQ(add(3, 900), 900e-6);
  EXPECT_EQ(add(17, 100), 900e-6);
  EXPECT_EQ(add(18, 100), 100e-6);
  EXPECT_EQ(h.slowest->time, stamp_ns(18'000'000'000));
}

}  // namespace
}  // namespace netlat
