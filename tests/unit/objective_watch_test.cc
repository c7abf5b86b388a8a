// When an objective is broken and when it is kept again, second by second.

#include "netlat/measure/objective_watch.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "netlat/measure/drop_log.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

Objective objective(const char* text) {
  auto read = parse_objective(text);
  EXPECT_TRUE(read);
  return *read;
}

struct Clockwork {
  explicit Clockwork(const char* text) : watch(objective(text)) {}

  // One second with so many good and bad service times of 10.0.0.7:5432.
  bool second(std::uint64_t good, std::uint64_t bad, bool tainted = false) {
    Interval interval;
    interval.start = kStart + seconds(n++);
    interval.end = interval.start + seconds(1);
    IntervalStats& row = interval.services.emplace_back();
    const std::uint8_t host[4] = {10, 0, 0, 7};
    row.key = {IpAddress::v4(host), 5432, Transport::tcp};
    for (std::uint64_t i = 0; i < good; ++i) row.service.add(milliseconds(1));
    for (std::uint64_t i = 0; i < bad; ++i) row.service.add(milliseconds(9));
    row.segments = good + bad;
    row.lost = bad;
    IntervalStats& other = interval.services.emplace_back();
    other.key = {IpAddress::v4(host), 80, Transport::tcp};
    for (int i = 0; i < 500; ++i) other.service.add(milliseconds(900));
    return watch.advance(interval, nullptr, tainted);
  }
  ObjectiveVerdict verdict() const { return watch.state().verdict; }

  ObjectiveWatch watch;
  int n = 0;
};

TEST(ObjectiveWatch, IsBrokenInTheSecondOfTheSpikeAndKeptAgain) {
  Clockwork run("service:10.0.0.7:5432 p99 < 5ms over 60s");
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(run.second(100, 0));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::kept);
  EXPECT_EQ(*run.watch.state().value, milliseconds(1));
  EXPECT_TRUE(run.second(0, 100));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::broken);
  EXPECT_EQ(*run.watch.state().since, kStart + seconds(31));
  EXPECT_NEAR(double(run.watch.state().value->count()), 9e6, 9e6 * 0.011);
  EXPECT_EQ(run.watch.state().bad, 100U);
  EXPECT_EQ(run.watch.state().events, 3100U);
  EXPECT_NEAR(*run.watch.state().burn, 100.0 / 3100 / 0.01, 1e-9);
  // The short window is five seconds.
  int until = 0;
  while (!run.second(100, 0)) ++until;
  EXPECT_EQ(until, 4);
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::kept);
  EXPECT_EQ(run.watch.state().times_broken, 1U);
}

TEST(ObjectiveWatch, FewSamplesGiveNoVerdict) {
  Clockwork run("service:10.0.0.7:5432 p99 < 5ms over 10s");
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(run.second(0, 9));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::insufficient);
  EXPECT_TRUE(run.second(0, 19));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::broken);
}

TEST(ObjectiveWatch, ARateAboveOneWaitsForMore) {
  Clockwork run("service:10.0.0.7:5432 p99 < 5ms over 10s burn 10");
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(run.second(95, 5));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::kept);
  EXPECT_FALSE(run.second(50, 50));
  EXPECT_TRUE(run.second(0, 100));
}

TEST(ObjectiveWatch, TheCapturesOwnDropsAreNoLosses) {
  Clockwork run("service:10.0.0.7:5432 loss < 1 % over 10s");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(run.second(100, 0));
  EXPECT_FALSE(run.second(0, 100, true));
  EXPECT_EQ(run.watch.state().events, 500U);
  EXPECT_TRUE(run.second(0, 100, false));
}

TEST(ObjectiveWatch, SilenceDoesNotMendWhatIsBroken) {
  Clockwork run("service:10.0.0.7:5432 p99 < 5ms over 24s");
  EXPECT_TRUE(run.second(0, 100));
  for (int i = 0; i < 23; ++i) EXPECT_FALSE(run.second(0, 0));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::broken);
  EXPECT_TRUE(run.second(0, 0));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::insufficient);
}

TEST(ObjectiveWatch, ZonesAreUnknownWithoutAMap) {
  Clockwork run("zone:a->b p99 < 5ms");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(run.second(0, 1000));
  EXPECT_EQ(run.verdict(), ObjectiveVerdict::insufficient);
}

// Against sums made anew each second.
TEST(ObjectiveWatch, WindowsAreThoseOfASlowSum) {
  std::mt19937 random(7);
  Clockwork run("service:10.0.0.7:5432 p90 < 5ms over 24s min 1");
  std::deque<std::pair<std::uint64_t, std::uint64_t>> all;
  const auto sum = [&](std::size_t window) {
    std::pair<std::uint64_t, std::uint64_t> s{0, 0};
    for (std::size_t i = all.size() - std::min(window, all.size());
         i < all.size(); ++i) {
      s.first += all[i].first;
      s.second += all[i].second;
    }
    return s;
  };
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t good = random() % 5, bad = random() % 2;
    all.emplace_back(bad, good + bad);
    run.second(good, bad);
    const ObjectiveState& state = run.watch.state();
    EXPECT_EQ(std::pair(state.bad, state.events), sum(24));
    EXPECT_EQ(std::pair(state.bad_lately, state.events_lately), sum(2));
  }
}

TEST(ExponentialHistogram, CountsAboveAreExactButForOneBucket) {
  std::mt19937 random(3);
  for (const std::size_t buckets : {64u, 1024u}) {
    ExponentialHistogram h(buckets);
    std::vector<std::int64_t> all;
    for (int i = 0; i < 2000; ++i) {
      all.push_back(std::int64_t{1} << random() % 34);
      all.back() += static_cast<std::int64_t>(random()) % all.back();
      h.add(Nanos{all.back()});
    }
    const double width = std::exp2(std::exp2(-h.scale()));
    for (int i = 0; i < 200; ++i) {
      const std::int64_t limit =
          std::max<std::int64_t>(all[random() % 2000], 1000);
      std::uint64_t above = 0, far = 0;
      for (const std::int64_t v : all) {
        above += v > limit;
        far += static_cast<double>(v) > static_cast<double>(limit) * width + 1;
      }
      const std::uint64_t counted = h.count_above(Nanos{limit});
      EXPECT_LE(counted, above);
      EXPECT_GE(counted, far);
    }
  }
}

TEST(DropLog, RemembersWhatASlowListWould) {
  std::mt19937 random(5);
  DropLog log;
  std::vector<std::pair<int, int>> all;
  int now = 0;
  for (int i = 0; i < 200; ++i) {
    const int from = now + static_cast<int>(random() % 4);
    now = from + static_cast<int>(random() % 3);
    log.add(kStart + seconds(from), kStart + seconds(now));
    all.emplace_back(from, now);
    const int a = static_cast<int>(random() % 400);
    const int b = a + static_cast<int>(random() % 5);
    bool touched = false;
    for (const auto& [x, y] : all) touched |= x <= b && y >= a;
    EXPECT_EQ(log.touches(kStart + seconds(a), kStart + seconds(b)), touched);
  }
  for (int i = 0; i < 1000; ++i) {
    log.add(kStart + seconds(1000 + 2 * i), kStart + seconds(1000 + 2 * i));
  }
  EXPECT_TRUE(log.touches(kStart + seconds(1000), kStart + seconds(1001)));
}

}  // namespace
}  // namespace netlat
