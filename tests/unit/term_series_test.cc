#include "netlat/term/series.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/top_samples.h"

namespace netlat {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using top_samples::story_start;

TEST(PackedHistogram, HoldsWhatWasPutIn) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    ExponentialHistogram h;
    const int n = static_cast<int>(random() % 300);
    for (int i = 0; i < n; ++i) {
      h.add(Nanos{static_cast<std::int64_t>(random() % 100'000'000u)});
    }
    ExponentialHistogram back;
    PackedHistogram(h).add_to(back);
    EXPECT_EQ(back, h);
    EXPECT_EQ(PackedHistogram(h).totals(), h.totals());
  }
}

TEST(PackedHistogram, RefusesWhatNoHistogramHolds) {
  const SampleTotals three{3, Nanos{300}, Nanos{100}, Nanos{100}};
  struct Case {
    const char* name;
    DenseBuckets buckets;
  };
  for (const Case& c :
       {Case{"more counts than samples", {5, -300, {2, 2}}},
        Case{"a scale finer than any", {6, -300, {3}}},
        Case{"a scale below zero", {-1, -300, {3}}},
        Case{"buckets below the lowest", {5, -9000, {3}}},
        Case{"buckets above the highest", {5, 9000, {3}}},
        Case{"a sum that overflows", {5, -300, {2, ~std::uint64_t{0}}}}}) {
    EXPECT_TRUE(PackedHistogram(three, c.buckets).empty()) << c.name;
  }
  EXPECT_EQ(PackedHistogram(three, {5, -300, {1}}).totals().n, 3u);
  // Coarser buckets stay within themselves.
  ExponentialHistogram h;
  PackedHistogram(three, {0, -10, {3}}).add_to(h);
  EXPECT_EQ(h.totals().n, 3u);
}

// Windows within the last 90 s are exact, whatever they begin and end with.
TEST(Series, WindowIsTheSumOfItsSeconds) {
  std::mt19937 random(5);
  std::vector<IntervalRecord> all;
  Series series;
  for (int second = 0; second < 75; ++second) {
    if (second % 13 == 4) continue;  // nothing happened
    all.push_back(top_samples::interval(
        second, nullptr, nullptr, "a:1", random() % 50 + 1,
        microseconds(random() % 5000 + 10), microseconds(90'000)));
    series.add(all.back());
  }
  for (int round = 0; round < 300; ++round) {
    const Stamp from = story_start() + seconds(random() % 75);
    const Stamp until = from + seconds(random() % 70 + 1);
    ExponentialHistogram rtt;
    TrafficCounts counts;
    for (const IntervalRecord& r : all) {
      if (r.start < from || r.end > until) continue;
      r.server_rtt.add_to(rtt);
      counts.add(r.counts);
    }
    const WindowStats window = series.over(from, until);
    EXPECT_EQ(window.server_rtt, rtt);
    EXPECT_EQ(window.counts.packets, counts.packets);
    EXPECT_EQ(window.counts.segments, counts.segments);
  }
}

TEST(Series, OldWindowsAreKeptCoarser) {
  Series series;
  for (int second = 0; second < 3 * 3600; ++second) {
    series.add(top_samples::interval(second, nullptr, nullptr, "a:1", 10,
                                     microseconds(400), microseconds(900)));
  }
  const Stamp end = story_start() + seconds(3 * 3600);
  EXPECT_EQ(series.over(end - seconds(60), end).server_rtt.totals().n, 600u);
  const auto ten = series.over(end - seconds(665), end - seconds(600));
  EXPECT_GE(ten.server_rtt.totals().n, 650u);
  EXPECT_LE(ten.server_rtt.totals().n, 750u);
  EXPECT_EQ(series.over(end - seconds(3600), end).server_rtt.totals().n,
            36'000u);
  EXPECT_FALSE(series.over(end - seconds(9000), end - seconds(8000)).any);
  EXPECT_LT(series.memory_bytes(), 200'000u);
}

TEST(Series, TrendEndsNow) {
  Series series;
  for (const int second : {0, 1, 20, 21, 22}) {
    series.add(top_samples::interval(second, nullptr, nullptr, "a:1", 10,
                                     microseconds(400), microseconds(900)));
  }
  const auto trend =
      series.trend(story_start() + seconds(23), 5, Series::kTrendStep);
  ASSERT_EQ(trend.size(), 5u);
  EXPECT_FALSE(trend[0] || trend[1] || trend[3]);
  EXPECT_EQ(trend[2]->network.n, 20u);
  EXPECT_EQ(trend[4]->network.n, 30u);
  const auto fine = series.trend(story_start() + seconds(23), 4, seconds(1));
  ASSERT_EQ(fine.size(), 4u);
  EXPECT_FALSE(fine[0]);
  for (const std::size_t i : {1u, 2u, 3u}) EXPECT_EQ(fine[i]->network.n, 10u);
}

}  // namespace
}  // namespace netlat
