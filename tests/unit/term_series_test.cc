#include "netlat/term/series.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>

#include "netlat/term/packed_flow.h"
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

// Of every distance and count that is written differently.
TEST(PackedHistogram, HoldsAnyBucket) {
  for (const std::int32_t distance : {1, 2, 4, 5, 126, 127, 128, 129, 400}) {
    for (const std::uint64_t count :
         {1u, 31u, 32u, 33u, 127u, 128u, 1u << 20}) {
      DenseBuckets buckets{kFinestScale, kLowestBucket, {count}};
      buckets.counts.resize(static_cast<std::size_t>(distance));
      buckets.counts.push_back(count);
      const SampleTotals totals{2 * count + 1, Nanos{900}, Nanos{1},
                                Nanos{800}};
      ExponentialHistogram expected, back;
      expected.add_bucket(0, 1);
      for (std::size_t i = 0; i < buckets.counts.size(); ++i) {
        if (buckets.counts[i] == 0) continue;
        expected.add_bucket(static_cast<std::uint32_t>(i) + 1,
                            buckets.counts[i]);
      }
      expected.add_totals(totals);
      PackedHistogram(totals, buckets).add_to(back);
      EXPECT_EQ(back, expected) << distance << " " << count;
    }
  }
}

// History is many of these: what they take is what netlat top takes.
TEST(PackedHistogram, TakesFewBitsABucket) {
  std::mt19937 random(5);
  std::lognormal_distribution<double> times(13, .6);
  struct Case {
    int samples;
    double bits;
  };
  for (const Case& c : {Case{200, 3.5}, {2'000, 4.5}, {12'000, 5.5}}) {
    ExponentialHistogram h;
    for (int i = 0; i < c.samples; ++i) {
      h.add(Nanos{static_cast<std::int64_t>(times(random))});
    }
    constexpr double kTotals = 24;
    const double octets =
        static_cast<double>(PackedHistogram(h).view().octets().size());
    EXPECT_LT(8 * (octets - kTotals),
              c.bits * static_cast<double>(h.dense().counts.size()))
        << c.samples;
  }
}

template <class Number>
Number any(std::mt19937_64& random) {
  // Of every length.
  return static_cast<Number>(random() >> random() % 64);
}

BriefTimes any_times(std::mt19937_64& random) {
  const auto f = [&] { return static_cast<float>(any<std::uint32_t>(random)); };
  if (random() % 2 == 0) return {};
  return {any<std::uint32_t>(random) | 1, f(), f(), f(), f(), f(), f()};
}

FlowDirection any_direction(std::mt19937_64& random) {
  FlowDirection d;
  d.packets = any<std::uint64_t>(random);
  d.bytes = any<std::uint64_t>(random);
  d.capture_gap_bytes = any<std::uint64_t>(random);
  d.zero_window = Nanos{any<std::int64_t>(random)};
  d.stall = Nanos{any<std::int64_t>(random)};
  for (auto* n :
       {&d.segments, &d.retransmits, &d.spurious, &d.lost_upstream,
        &d.lost_downstream, &d.reordered, &d.dup_acks, &d.zero_windows,
        &d.max_in_flight, &d.by_cause[0], &d.by_cause[5]}) {
    *n = random() % 2 == 0 ? 0 : any<std::uint32_t>(random);
  }
  if (random() % 2 == 0) d.mss = any<std::uint16_t>(random);
  return d;
}

FlowRow any_flow(std::mt19937_64& random) {
  FlowRow f = top_samples::flow(any<std::uint64_t>(random), "10.0.0.1", 1,
                                "2001:db8::2", 2, 0, Nanos{0}, Nanos{0}, 0);
  f.proto = random() % 2 == 0 ? Transport::tcp : Transport::udp;
  f.end = random() % 2 == 0 ? FlowEnd::rst : FlowEnd::open;
  f.start = FlowStart::syn;
  f.outcome = HandshakeOutcome::refused;
  f.syn_retransmits = any<std::uint32_t>(random);
  f.synack_retransmits = any<std::uint32_t>(random);
  f.one_sided = random() % 2 == 0;
  if (random() % 2 == 0) std::swap(f.client, f.server);
  f.client_port = any<Port>(random);
  f.server_port = any<Port>(random);
  f.start_time = stamp_ns(any<std::int64_t>(random));
  f.end_time = stamp_ns(any<std::int64_t>(random));
  f.sni = std::string(random() % 300, 'x');
  f.client_zone = std::string(random() % 3, 'y');
  if (random() % 2 == 0) f.connect = Nanos{any<std::int64_t>(random)};
  for (auto* times : {&f.server_rtt, &f.server_ack, &f.client_rtt,
                      &f.client_ack, &f.service, &f.elapsed}) {
    *times = any_times(random);
  }
  f.turns = any<std::uint64_t>(random);
  f.c2s = any_direction(random);
  f.s2c = any_direction(random);
  return f;
}

TEST(PackedFlow, HoldsEveryField) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    const FlowRow flow = any_flow(random);
    ASSERT_EQ(PackedFlow(flow).unpack(), flow) << "round " << round;
  }
  EXPECT_EQ(PackedFlow(FlowRow{}).unpack(), FlowRow{});
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
  const SampleTotals crossed{3, Nanos{9}, Nanos{4}, Nanos{2}};
  EXPECT_TRUE(PackedHistogram(crossed, {5, -300, {3}}).empty());
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

// As a screen asks for it: the last minute, each second anew, several records
// of a second, a clock that is set back now and then.
TEST(Series, WindowGoesOnWithTheTime) {
  std::mt19937 random(9);
  std::vector<IntervalRecord> all;
  Series series;
  int second = 0;
  Stamp latest = story_start();
  for (int step = 0; step < 400; ++step) {
    second += step % 97 == 96 ? -7 : 1;
    for (std::uint32_t part = 0; part < 1 + random() % 3; ++part) {
      all.push_back(top_samples::interval(
          second, nullptr, nullptr, "a:1", random() % 50 + 1,
          microseconds(random() % 5000 + 10), microseconds(90'000)));
      series.add(all.back());
      latest = std::max(latest, all.back().end);
    }
    // What came while the clock was behind is of a second that is no more.
    if (step > 90 && (step % 97 < 75 || step % 97 == 96)) continue;
    for (const int length : {10, 60, 1}) {
      const Stamp from = latest - seconds(length);
      ExponentialHistogram rtt;
      for (const IntervalRecord& r : all) {
        if (r.start >= from) r.server_rtt.add_to(rtt);
      }
      EXPECT_EQ(series.over(from, latest).server_rtt, rtt)
          << "step " << step << " " << length;
    }
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

// A server that is all there is between two zones.
TEST(Series, WhatIsTheSameIsKeptOnce) {
  const auto octets_taken = [](bool same) {
    std::mt19937 random(4);
    std::lognormal_distribution<double> times(13, .6);
    std::optional<OctetPool> pool(std::in_place);
    std::array<Series, 2> both;
    for (int second = 0; second < 300; ++second) {
      IntervalRecord one = top_samples::interval(
          second, "az1", "az2", "a:1", 1, microseconds(1), microseconds(2));
      for (Series& series : both) {
        ExponentialHistogram h;
        for (int i = 0; i < 200; ++i) {
          h.add(Nanos{static_cast<std::int64_t>(times(random))});
        }
        if (!same || &series == &both[0]) one.service = PackedHistogram(h);
        series.add(one, &*pool);
      }
    }
    const Stamp end = story_start() + seconds(300);
    const auto of_last = [&] {
      return both[1].over(end - seconds(200), end).service;
    };
    const ExponentialHistogram before = of_last();
    pool.reset();  // it has a part in what it remembers
    const std::size_t taken = both[0].memory_bytes() + both[1].memory_bytes();
    both[0] = Series();
    EXPECT_EQ(of_last(), before);
    return taken;
  };
  EXPECT_LT(octets_taken(true), octets_taken(false) * 7 / 10);
}

TEST(OctetPool, SharesEqualOctetsAlone) {
  OctetPool pool;
  const PackedOctets one = pool.share(PackedOctets("abcabcabcabcabcabcabcabc"));
  const std::size_t alone = PackedOctets(one.view()).memory_bytes();
  const PackedOctets same = pool.share(PackedOctets(one.view()));
  EXPECT_EQ(same.view().data(), one.view().data());
  EXPECT_EQ(one.memory_bytes(), alone / 3);  // the pool has them, too
  for (int i = 0; i < 5000; ++i) {
    const std::string other = std::to_string(i);
    EXPECT_EQ(pool.share(PackedOctets(other)).view(), other);
  }
  EXPECT_EQ(same.view(), "abcabcabcabcabcabcabcabc");
  EXPECT_EQ(pool.share(PackedOctets()).view(), "");
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

// Of a row: the same of what is kept, of what is open, and of either step.
TEST(Series, TrendOfOneMetric) {
  Series series;
  for (const int second : {0, 1, 2, 10, 22}) {
    series.add(top_samples::interval(second, nullptr, nullptr, "a:1", 200,
                                     microseconds(400), microseconds(900)));
  }
  const Stamp end = story_start() + seconds(23);
  for (const Nanos step : {Series::kTrendStep, Nanos(seconds(1))}) {
    const auto whole = series.trend(end, 23, step);
    for (const Metric metric :
         {Metric::rtt, Metric::service, Metric::retransmits}) {
      const auto trend = series.trend(end, 23, step, metric);
      ASSERT_EQ(trend.size(), whole.size());
      for (std::size_t i = 0; i < whole.size(); ++i) {
        ASSERT_EQ(trend[i].has_value(), whole[i].has_value()) << i;
        if (!whole[i]) continue;
        const float expected =
            metric == Metric::rtt ? whole[i]->network.p99
            : metric == Metric::service
                ? whole[i]->service.p99
                : static_cast<float>(whole[i]->counts.retransmits) /
                      static_cast<float>(whole[i]->counts.segments);
        EXPECT_EQ(*trend[i], expected) << i;
      }
    }
  }
}

}  // namespace
}  // namespace netlat
