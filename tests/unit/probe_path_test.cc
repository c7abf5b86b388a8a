// What a lane's answers say about its path, and the verdicts on its hops.

#include <gtest/gtest.h>

#include "netlat/probe/recent_path.h"
#include "tests/support/probe_walk.h"

namespace netlat {
namespace {

using test::Walk;

constexpr auto kReached = AnswerKind::reached;

TEST(LanePath, SearchesUntilTheTargetAnswers) {
  Walk walk;
  EXPECT_EQ(walk.path.search(), 1);
  for (std::uint8_t ttl = 1; ttl <= 8; ++ttl) walk.path.searched(ttl);
  EXPECT_FALSE(walk.path.search()) << "eight unanswered";
  walk.probe(2, "10.0.0.2");
  EXPECT_EQ(walk.path.search(), 9);
  EXPECT_EQ(walk.path.limit(), 3);
  walk.probe(5, "10.0.0.9", kReached);
  EXPECT_EQ(walk.path.distance(), 5);
  walk.probe(4, "10.0.0.9", kReached);
  EXPECT_EQ(walk.path.distance(), 4);
  EXPECT_FALSE(walk.path.search());
}

TEST(LanePath, RouterWhereTheTargetWasReopensTheSearch) {
  Walk walk;
  walk.probe(2, "10.0.0.9", kReached);
  walk.probe(2, "10.0.0.2");
  EXPECT_FALSE(walk.path.distance());
  EXPECT_EQ(walk.path.search(), 3);
}

TEST(LanePath, ChangeOfRouteIsOneEvent) {
  Walk walk;
  for (int i = 0; i < 20; ++i, walk.round()) {
    walk.probe(1, "10.0.0.1");
    walk.probe(2, i < 10 ? "10.0.2.1" : "10.0.2.2");
    walk.probe(3, i < 10 ? "10.0.3.1" : "10.0.3.2");
    walk.probe(4, "10.0.0.9", kReached);
  }
  ASSERT_EQ(walk.path.events().size(), 1u);
  EXPECT_EQ(walk.path.events()[0].ttl, 2);
  EXPECT_EQ(walk.path.events()[0].after, *IpAddress::parse("10.0.2.2"));
  std::uint64_t sent = 0, former = 0;
  for (const HopRow& row : walk.rows()) {
    EXPECT_EQ(row.expired, 0u);
    EXPECT_EQ(row.sent, row.answered);
    sent += row.sent;
    former += row.former ? 1 : 0;
  }
  EXPECT_EQ(sent, 80u);
  EXPECT_EQ(former, 3u) << "two routers and the target behind them";
}

// The search asks further than the target, which answers there too; when the
// path has changed since, these are no hops of the former one.
TEST(LanePath, AnswersFromBeyondTheTargetAreNoHops) {
  Walk walk;
  for (std::uint8_t ttl = 1; ttl <= 5; ++ttl) {
    walk.probe(ttl, ttl == 1 ? "10.0.0.1" : "10.0.0.9",
               ttl == 1 ? AnswerKind::time_exceeded : kReached);
  }
  walk.round();
  for (int i = 0; i < 3; ++i, walk.round()) {
    walk.probe(1, "10.0.0.1");
    walk.probe(2, "10.0.0.2");
    walk.probe(3, "10.0.0.9", kReached);
  }
  const auto rows = walk.rows();
  ASSERT_EQ(rows.back().ttl, 3);
  EXPECT_EQ(walk.path.epoch(), 1u);
  for (const HopRow& row : rows) EXPECT_LE(row.ttl, 3);
}

TEST(LanePath, BalancedPacketsAreNoChange) {
  Walk walk;
  for (int i = 0; i < 40; ++i, walk.round()) {
    walk.probe(1, i * 7 % 5 < 2 ? "10.0.1.1" : "10.0.1.2");
    walk.probe(2, "10.0.0.9", kReached);
  }
  EXPECT_LE(walk.path.events().size(), 1u);
}

struct Case {
  const char* name;
  int lost1, lost2, lost3;  // of 100, spread evenly
  HopVerdict first, second, third;
};

TEST(LanePath, RouteThatChangesForDaysIsBounded) {
  Walk walk;
  for (int i = 0; i < 600; ++i, walk.round()) {
    walk.probe(1, "10.0.0.1");
    // Two rounds each: a change every other round.
    walk.probe(2, i / 2 % 2 == 0 ? "10.0.0.2" : "10.0.9.2");
    walk.probe(3, "10.0.0.3", kReached);
  }
  const PathReport report = walk.report();
  EXPECT_GT(report.lanes[0].epoch, 200u);
  EXPECT_LT(report.series.size(), 100u);
  EXPECT_LE(report.events.size(), 32u);
  const auto rows = judge_hops(report);
  EXPECT_EQ(rows.front().sent, 600u);  // hops before the change keep theirs
}

TEST(RecentPath, IsJudgedByWhatWasSentSince) {
  Walk walk;
  for (int i = 0; i < 100; ++i, walk.round()) {
    walk.probe(1, "10.0.0.1");
    walk.probe(2, i < 90 ? "10.0.0.2" : nullptr, kReached);
  }
  // A round every 10 ms.
  const auto all = judge_hops(walk.report());
  EXPECT_NEAR(all[1].path->share, 0.1, 1e-9);
  const auto lately = judge_hops(
      recent_path(walk.report(), Nanos{10'000'000 * std::int64_t{80}}));
  ASSERT_EQ(lately.size(), 2u);
  EXPECT_EQ(lately[0].sent, 20u);
  EXPECT_EQ(lately[1].sent, 20u);
  EXPECT_NEAR(lately[1].path->share, 0.5, 1e-9);
  EXPECT_EQ(lately[1].rtt.count(), 10u);
  EXPECT_TRUE(recent_path(walk.report(), Nanos::max()).series.empty());
}

struct EchoCase {
  const char* echoes;
  int lost, lost_last;  // of 100, at hops 2 and 3, and at the target
  EchoReport echo;
  HopVerdict second, third, last;
};

// With UDP the target's answers are limited like a router's.
TEST(HopVerdicts, OfUdpFollowFromEchoes) {
  constexpr auto kOk = HopVerdict::ok, kLoss = HopVerdict::loss,
                 kOpen = HopVerdict::unjudged;
  const EchoCase cases[] = {
      {"none", 20, 21, {}, kLoss, kOpen, kOpen},
      {"not answered", 20, 21, {0, 0, 100}, kLoss, kOpen, kOpen},
      {"all arrive", 20, 21, {100, 0, 0}, kOpen, kOpen, kOpen},
      {"late", 20, 21, {90, 10, 0}, kOpen, kOpen, kOpen},
      {"lost", 20, 21, {80, 0, 20}, kLoss, kLoss, kLoss},
      {"lost and a limit", 20, 90, {80, 0, 20}, kLoss, kLoss, kOpen},
      {"lost elsewhere", 0, 0, {80, 0, 20}, kOk, kOk, kOk}};
  for (const EchoCase& c : cases) {
    Walk walk;
    for (int i = 0; i < 100; ++i, walk.round()) {
      const auto lost = [i](int of_100) { return i * 37 % 100 < of_100; };
      walk.probe(1, "10.0.0.1");
      walk.probe(2, lost(c.lost) ? nullptr : "10.0.0.2");
      walk.probe(3, lost(c.lost) ? nullptr : "10.0.0.3");
      walk.probe(4, lost(c.lost_last) ? nullptr : "10.0.0.4", kReached);
    }
    PathReport report = walk.report();
    report.plan.protocol = ProbeProtocol::udp;
    report.echo = c.echo;
    const auto rows = judge_hops(report);
    ASSERT_EQ(rows.size(), 4u) << c.echoes;
    EXPECT_EQ(rows[0].verdict, kOk) << c.echoes;
    EXPECT_EQ(rows[1].verdict, c.second) << c.echoes;
    EXPECT_EQ(rows[2].verdict, c.third) << c.echoes;
    EXPECT_EQ(rows[3].verdict, c.last) << c.echoes;
  }
}

TEST(HopVerdicts, FollowFromWhatLaterHopsLose) {
  using V = HopVerdict;
  const Case cases[] = {
      {"clean", 0, 0, 0, V::ok, V::ok, V::ok},
      {"loss from two on", 0, 20, 21, V::ok, V::loss, V::loss},
      {"loss at the end", 0, 0, 20, V::ok, V::ok, V::loss},
      {"two is limited", 0, 50, 0, V::ok, V::icmp_limited, V::ok},
      {"limited and loss", 0, 70, 20, V::ok, V::icmp_limited, V::loss},
      {"one missing", 1, 0, 0, V::ok, V::ok, V::ok},
      {"two is silent", 0, 100, 0, V::ok, V::silent, V::ok},
      {"target is silent", 0, 0, 100, V::ok, V::ok, V::silent},
  };
  for (const Case& c : cases) {
    Walk walk;
    const auto lost = [](int share, int i) {
      return (i + 1) * share / 100 > i * share / 100;
    };
    for (int i = 0; i < 100; ++i, walk.round()) {
      walk.probe(1, lost(c.lost1, i) ? nullptr : "10.0.0.1");
      walk.probe(2, lost(c.lost2, i) ? nullptr : "10.0.0.2");
      walk.probe(3, lost(c.lost3, i) ? nullptr : "10.0.0.9", kReached);
    }
    const auto rows = walk.rows();
    ASSERT_EQ(rows.size(), 3u) << c.name;
    EXPECT_EQ(rows[0].verdict, c.first) << c.name;
    EXPECT_EQ(rows[1].verdict, c.second) << c.name;
    if (c.second == V::icmp_limited) {
      ASSERT_TRUE(rows[1].path) << c.name;
      EXPECT_EQ(rows[1].path->low, 0) << c.name;
      EXPECT_EQ(rows[1].path->high, rows[2].own.high) << c.name;
    }
    EXPECT_EQ(rows[2].verdict, c.third) << c.name;
  }
}

// The last hop that answers, a third of its answers missing at random.
PathReport last_hop(bool missing_when_slow) {
  Walk walk;
  std::uint32_t noise = 1;
  for (int i = 0; i < 125; ++i, walk.round()) {
    noise = noise * 1'664'525 + 1'013'904'223;
    const bool lost = noise >> 16 < 22'000;
    const bool gone = lost && (missing_when_slow || i < 100);
    walk.probe(1, "10.0.0.1");
    walk.probe(2, gone ? nullptr : "10.0.0.2");
    walk.probe(3, nullptr);
  }
  PathReport report = walk.report();
  report.plan.rounds = 100;
  return report;
}

TEST(HopVerdicts, RateDecidesWhereNobodyAnswersBehind) {
  PathReport report = last_hop(false);
  EXPECT_EQ(judge_hops(report)[1].verdict, HopVerdict::unjudged);
  report.plan.explain = true;
  EXPECT_EQ(judge_hops(report)[1].verdict, HopVerdict::icmp_limited);
  report = last_hop(true);
  EXPECT_EQ(judge_hops(report)[1].verdict, HopVerdict::unjudged);
  report.plan.explain = true;
  const auto rows = judge_hops(report);
  EXPECT_EQ(rows[1].verdict, HopVerdict::loss);
  EXPECT_TRUE(rows[1].loss_begins);
}

TEST(HopVerdicts, AnswersOfALongerWayMayBeLostThere) {
  for (const std::uint8_t reply_ttl : {std::uint8_t{63}, std::uint8_t{60}}) {
    Walk walk;
    std::uint32_t noise = 1;
    for (int i = 0; i < 100; ++i, walk.round()) {
      noise = noise * 1'664'525 + 1'013'904'223;
      walk.probe(1, "10.0.0.1");
      walk.probe(2, noise >> 16 < 26'000 ? nullptr : "10.0.0.2");
      walk.probe(3, "10.0.0.9", kReached);
    }
    PathReport report = walk.report();
    for (HopSeries& s : report.series) {
      if (s.ttl == 2) {
        s.reply_ttl = reply_ttl;
        s.same_reply_ttl = 5;
      }
    }
    EXPECT_EQ(judge_hops(report)[1].verdict, reply_ttl == 60
                                                 ? HopVerdict::return_path
                                                 : HopVerdict::icmp_limited);
  }
}

TEST(HopGrowth, MarksTheHopThatAddsMost) {
  Walk walk;
  for (int i = 0; i < 30; ++i, walk.round()) {
    walk.probe(1, "10.0.0.1", AnswerKind::time_exceeded, 100);
    // Slow to answer for itself: 4 ms, but what lies behind takes 3.
    walk.probe(2, "10.0.0.2", AnswerKind::time_exceeded, 2000);
    walk.probe(3, "10.0.0.3", AnswerKind::time_exceeded, 100);
    walk.probe(4, "10.0.0.9", kReached, 750);
  }
  const auto rows = walk.rows();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_LT(rows[1].growth->added, std::chrono::microseconds(300));
  EXPECT_TRUE(rows[3].adds_most);
  EXPECT_NEAR(static_cast<double>(rows[3].growth->added.count()), 2.7e6, 1e5);
}

}  // namespace
}  // namespace netlat
