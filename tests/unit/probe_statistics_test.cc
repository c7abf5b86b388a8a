// RTT statistics against values worked out by hand, and merging against adding
// one by one.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "netlat/probe/limiter_fit.h"
#include "netlat/probe/loss_interval.h"
#include "netlat/probe/mtr_statistics.h"
#include "netlat/probe/rate_response.h"
#include "netlat/probe/rtt_statistics.h"

namespace netlat {
namespace {

Nanos us(std::int64_t n) {
  return std::chrono::microseconds(n);
}

TEST(ProbeStatistics, AreThoseOfTheDefinitions) {
  RttStatistics rtt;
  rtt.add(0, us(100));
  EXPECT_FALSE(rtt.jitter());
  EXPECT_EQ(rtt.deviation(), 0);
  rtt.add(1, us(200));
  rtt.add(2, us(150));
  EXPECT_EQ(rtt.count(), 3u);
  EXPECT_EQ(rtt.last(), us(150));
  EXPECT_DOUBLE_EQ(rtt.mean(), 150e3);
  EXPECT_DOUBLE_EQ(rtt.deviation(), 50e3);
  // 100 / 16, then a sixteenth of the way from there to 50.
  EXPECT_DOUBLE_EQ(*rtt.jitter(), 6250 + (50e3 - 6250) / 16);
}

TEST(ProbeStatistics, MissingAnswerBreaksThePair) {
  RttStatistics rtt;
  rtt.add(0, us(100));
  rtt.add(2, us(900));
  EXPECT_FALSE(rtt.jitter());
  rtt.add(3, us(916));
  EXPECT_DOUBLE_EQ(*rtt.jitter(), 1000);
}

TEST(ProbeStatistics, MergingIsAddingAll) {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> value(10, 90'000);
  RttStatistics left, right, all;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Nanos x = us(value(random));
    (i % 3 == 0 ? left : right).add(i, x);
    all.add(i, x);
  }
  left.merge(right);
  left.merge(RttStatistics{});
  EXPECT_EQ(left.count(), all.count());
  EXPECT_EQ(left.last(), all.last());
  EXPECT_NEAR(left.mean(), all.mean(), 1e-6 * all.mean());
  EXPECT_NEAR(left.deviation(), all.deviation(), 1e-6 * all.deviation());
  EXPECT_EQ(left.histogram(), all.histogram());
}

// Round trips and what mtr 0.95 makes of them.
TEST(MtrStatistics, AreThoseOfMtr) {
  MtrStatistics m;
  EXPECT_EQ(m.deviation(), 0);
  for (const int us : {100, 200, 150}) m.add(std::chrono::microseconds(us));
  EXPECT_EQ(m.mean, 150);
  EXPECT_EQ(m.best, 100);
  EXPECT_EQ(m.worst, 200);
  EXPECT_EQ(m.last, 150);
  EXPECT_EQ(m.deviation(), 50);
  EXPECT_EQ(m.geometric_mean, 143);
  EXPECT_EQ(m.jitter, 50);
  EXPECT_EQ(m.jitter_mean, 50);
  EXPECT_EQ(m.jitter_worst, 100);
  EXPECT_EQ(m.interarrival_jitter, 144);
}

TEST(LossInterval, IsWilsons) {
  struct Row {
    const char* name;
    std::uint64_t lost, sent;
    double low, high;
  };
  // R: prop.test(lost, sent, conf.level = 0.99, correct = FALSE)$conf.int
  const Row rows[] = {
      {"none", 0, 20, 0, 0.2491},          {"all", 20, 20, 0.7509, 1},
      {"half", 10, 20, 0.2504, 0.7496},    {"one", 1, 10, 0.0119, 0.5072},
      {"many", 200, 1000, 0.1694, 0.2345}, {"nothing sent", 0, 0, 0, 1}};
  for (const Row& row : rows) {
    const LossInterval i = loss_interval(row.lost, row.sent);
    EXPECT_NEAR(i.low, row.low, 1e-4) << row.name;
    EXPECT_NEAR(i.high, row.high, 1e-4) << row.name;
  }
}

// How often the interval holds the true share, over all that may happen.
TEST(LossInterval, HoldsTheTruth) {
  constexpr std::uint64_t kSent = 200;
  double least = 1, most = 0;
  for (int permille = 5; permille <= 500; ++permille) {
    const double share = permille / 1000.0;
    double holds = 0, chance = std::pow(1 - share, kSent);
    for (std::uint64_t lost = 0; lost <= kSent; ++lost) {
      const LossInterval i = loss_interval(lost, kSent);
      if (i.low <= share && share <= i.high) holds += chance;
      chance *= static_cast<double>(kSent - lost) /
                static_cast<double>(lost + 1) * share / (1 - share);
    }
    least = std::min(least, holds);
    most = std::max(most, holds);
  }
  EXPECT_NEAR(least, 0.975, 0.001);
  EXPECT_NEAR(most, 0.993, 0.001);
}

// The outcomes of a bucket that starts full, probed every `gap`.
std::vector<ProbeOutcome> bucket(double burst, double rate, Nanos gap,
                                 int probes) {
  std::vector<ProbeOutcome> out;
  double tokens = burst;
  for (int i = 0; i < probes; ++i) {
    if (i > 0) {
      tokens = std::min(
          burst, tokens + rate * std::chrono::duration<double>(gap).count());
    }
    out.push_back({i * gap, static_cast<std::uint32_t>(i), tokens >= 1});
    if (tokens >= 1) tokens -= 1;
  }
  return out;
}

TEST(LimiterFit, FindsTheBucket) {
  struct Row {
    unsigned burst;
    double rate;
    int gap_ms, probes;
  };
  for (const Row& row :
       {Row{6, 1, 100, 60}, Row{6, 1, 100, 40}, Row{5, 5, 30, 100},
        Row{1, 10, 20, 100}, Row{10, 100, 3, 300}}) {
    const auto fit =
        fit_limiter(bucket(row.burst, row.rate,
                           std::chrono::milliseconds(row.gap_ms), row.probes));
    ASSERT_TRUE(fit) << row.burst << ' ' << row.rate;
    EXPECT_EQ(fit->rate, row.rate);
    EXPECT_NEAR(fit->burst, row.burst, 1);
    EXPECT_GT(fit->explains, 0.95);
  }
}

TEST(RateResponse, TellsLimiterFromLoss) {
  struct Row {
    const char* name;
    std::uint64_t fast_sent, fast_answered, slow_sent, slow_answered;
    RateFinding finding;
  };
  using F = RateFinding;
  const Row rows[] = {
      {"all at last", 80, 26, 20, 20, F::limited},
      {"the same share", 80, 64, 20, 16, F::lost},
      {"half, both times", 100, 50, 25, 12, F::lost},
      {"too few to tell", 10, 8, 3, 3, F::undecided},
      {"nearly all", 100, 97, 25, 25, F::undecided},
      {"never slow", 100, 50, 0, 0, F::undecided},
      {"still limited, four times the share", 400, 40, 100, 40, F::limited},
  };
  for (const Row& row : rows) {
    std::vector<ProbeOutcome> outcomes;
    for (std::uint64_t i = 0; i < row.fast_sent + row.slow_sent; ++i) {
      const bool slow = i >= row.fast_sent;
      const bool answered =
          slow ? i - row.fast_sent < row.slow_answered : i < row.fast_answered;
      outcomes.push_back({Nanos{0}, slow ? 1000u : 0u, answered});
    }
    const RateResponse r = rate_response(outcomes, 1000);
    EXPECT_EQ(r.finding, row.finding) << row.name;
    EXPECT_EQ(r.slow_sent, row.slow_sent) << row.name;
    EXPECT_EQ(r.fast_answered, row.fast_answered) << row.name;
  }
}

// Of decisions at 1 %, a few in a thousand may be wrong.
TEST(RateResponse, IsSeldomWrong) {
  std::mt19937 random(5);
  for (const double loss : {0.05, 0.2, 0.5}) {
    int wrong = 0;
    for (int run = 0; run < 400; ++run) {
      std::bernoulli_distribution lost(loss);
      std::vector<ProbeOutcome> outcomes;
      for (std::uint32_t i = 0; i < 125; ++i) {
        outcomes.push_back({Nanos{0}, i, !lost(random)});
      }
      if (rate_response(outcomes, 100).finding == RateFinding::limited) {
        ++wrong;
      }
    }
    EXPECT_LE(wrong, 8) << loss;
  }
}

TEST(LimiterFit, RandomLossIsNone) {
  std::mt19937 random(11);
  for (const double loss : {0.05, 0.2, 0.5}) {
    std::bernoulli_distribution lost(loss);
    int found = 0;
    for (int run = 0; run < 50; ++run) {
      std::vector<ProbeOutcome> out;
      for (int i = 0; i < 300; ++i) {
        out.push_back({std::chrono::milliseconds(10 * i),
                       static_cast<std::uint32_t>(i), !lost(random)});
      }
      found += fit_limiter(out).has_value() ? 1 : 0;
    }
    EXPECT_EQ(found, 0) << loss;
  }
}

TEST(LimiterFit, TooLittleIsNone) {
  EXPECT_FALSE(fit_limiter({}));
  EXPECT_FALSE(fit_limiter(bucket(6, 1, std::chrono::milliseconds(100), 6)));
}

}  // namespace
}  // namespace netlat
