// The search for further ways: what is news, when it ends and begins anew,
// and what it may send.

#include <gtest/gtest.h>

#include <random>

#include "lib/probe/exploration.h"
#include "netlat/report/hop_report.h"

namespace netlat {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

IpAddress at(unsigned ttl, unsigned n) {
  const std::uint8_t octets[] = {10, static_cast<std::uint8_t>(ttl), 0,
                                 static_cast<std::uint8_t>(n)};
  return IpAddress::v4(octets);
}

constexpr int kTarget = 9;

// A lane with a source port and its router, or the target, at each TTL; -1:
// silent there.
void add_lane(PathReport& report, Port port, const std::vector<int>& way) {
  const auto lane = static_cast<std::uint16_t>(report.lanes.size());
  LaneReport& head = report.lanes.emplace_back();
  head.source_port = port;
  for (unsigned ttl = 1; ttl <= way.size(); ++ttl) {
    HopSeries& s = report.series.emplace_back();
    s.lane = lane;
    s.ttl = static_cast<std::uint8_t>(ttl);
    const int n = way[ttl - 1];
    if (n == kTarget) s.kind = AnswerKind::reached;
    if (n >= 0) {
      s.address = at(n == kTarget ? 0 : ttl, static_cast<unsigned>(n));
    }
  }
}

PathReport one(Port port, const std::vector<int>& way) {
  PathReport report;
  add_lane(report, port, way);
  return report;
}

struct NewsCase {
  const char* name;
  std::vector<std::vector<int>> known;
  std::vector<int> tried;
  std::optional<Exploration::News> news;
};

TEST(Exploration, KnowsNewsFromWhatIsKnown) {
  const NewsCase cases[] = {
      {"the same way", {{1, 1, 1, 1}}, {1, 1, 1, 1}, {}},
      {"another router", {{1, 1, 1, 1}}, {1, 2, 1, 1}, {{2, at(2, 2)}}},
      {"another link of known routers",
       {{1, 1, 1, 1}, {1, 2, 2, 1}},
       {1, 1, 2, 1},
       {{3, at(3, 2)}}},
      {"every link known, in another order",
       {{1, 1, 1, 1}, {1, 2, 1, 2}},
       {1, 1, 1, 2},
       {}},
      {"a silence is no way", {{1, 1, 1, 1}}, {1, -1, 1, 1}, {}},
      {"behind a silence", {{1, -1, 1, 1}}, {1, -1, 2, 1}, {{3, at(3, 2)}}},
      {"a shorter way", {{1, 1, 1, 1}}, {1, 1, 1}, {}},
      {"the target where others go on",
       {{1, 1, 1, kTarget}},
       {1, 1, kTarget},
       {{3, at(0, kTarget)}}},
      {"the target, which limits its answers, where others had none",
       {{1, 1, -1}, {1, 2, kTarget}},
       {1, 1, kTarget},
       {}},
      {"the target, which limits its answers, beyond its distance",
       {{1, 1, kTarget}},
       {1, 1, -1, -1, kTarget},
       {}}};
  for (const NewsCase& c : cases) {
    Exploration search(5);
    PathReport known;
    for (const auto& way : c.known) {
      add_lane(known, static_cast<Port>(100 + known.lanes.size()), way);
    }
    const auto news = search.take(one(200, c.tried), known, Nanos{1});
    ASSERT_EQ(news.has_value(), c.news.has_value()) << c.name;
    if (!news) continue;
    EXPECT_EQ(news->ttl, c.news->ttl) << c.name;
    EXPECT_EQ(news->address, c.news->address) << c.name;
  }
}

TEST(Exploration, TakesALaneSpreadByPacketsForOneWay) {
  PathReport known = one(100, {1, 1, 1});
  HopSeries other = known.series[1];
  other.address = at(2, 2);
  known.series.push_back(other);
  Exploration search(5);
  EXPECT_FALSE(search.take(one(200, {1, 2, 1}), known, Nanos{1}));
}

TEST(Exploration, LeavesFormerRoutesOut) {
  PathReport known = one(100, {1, 1, 1});
  known.lanes[0].epoch = 1;
  HopSeries now = known.series[1];
  now.epoch = 1;
  now.address = at(2, 2);
  known.series.push_back(now);
  Exploration search(5);
  const auto news = search.take(one(200, {1, 1, 1}), known, Nanos{1});
  ASSERT_TRUE(news);
  EXPECT_EQ(news->ttl, 2);
}

TEST(Exploration, EndsByTheRuleAndBeginsAnewAfterAQuarterOfAnHour) {
  const PathReport known = one(100, {1, 1, 1});
  Exploration search(5);
  Nanos now = seconds(1);
  for (Port port = 200; port < 204; ++port) {
    search.take(one(port, {1, 1, 1}), known, now);
    EXPECT_FALSE(search.report().complete) << port;
    EXPECT_EQ(search.next_flow(), now) << port;
  }
  EXPECT_EQ(search.report().missing, 1u);
  search.take(one(204, {1, 1, 1}), known, now);
  EXPECT_TRUE(search.report().complete) << "six flows, the known one included";
  EXPECT_EQ(search.next_flow(), now + minutes(15));
  now = search.next_flow();
  search.take(one(205, {1, 1, 1}), known, now);
  EXPECT_FALSE(search.report().complete);
  EXPECT_EQ(search.report().flows, 2u);
}

TEST(Exploration, BeginsAnewWhenARouteChanges) {
  const PathReport known = one(100, {1, 1, 1});
  Exploration search(5);
  for (Port port = 200; port < 205; ++port) {
    search.see_epochs(0, seconds(9));
    search.take(one(port, {1, 1, 1}), known, Nanos{1});
  }
  EXPECT_TRUE(search.report().complete);
  search.see_epochs(1, seconds(9));
  EXPECT_FALSE(search.report().complete);
  EXPECT_EQ(search.next_flow(), seconds(9));
  EXPECT_FALSE(search.take(one(205, {1, 2, 1}), known, seconds(8)))
      << "began before the change";
  EXPECT_EQ(search.report().flows, 0u);
  EXPECT_TRUE(search.take(one(206, {1, 2, 1}), known, seconds(9)));
  EXPECT_EQ(search.report().flows, 2u);
}

TEST(Exploration, StaysWithinItsBudget) {
  Exploration search(5);
  // Half for the lanes found while there is something to find.
  EXPECT_EQ(search.pace(10), seconds(4));
  search.spend(seconds(7));
  EXPECT_EQ(search.free_at(), seconds(7) + std::chrono::milliseconds(200));
  search.stop();
  EXPECT_EQ(search.next_flow(), Nanos::max());
  EXPECT_EQ(search.pace(10), seconds(2));
}

// Many flows over ways of equal share: every one becomes a lane.
TEST(Exploration, FindsAllWaysAsOftenAsPromised) {
  constexpr unsigned kWidth = 4;
  int found = 0;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    const auto way = [&] {
      return std::vector<int>{1, static_cast<int>(random() % kWidth), 1, 1};
    };
    Exploration search(5);
    PathReport known = one(100, way());
    Port port = 1024;
    while (!search.report().complete && port < 2000) {
      const auto tried = way();
      if (search.take(one(port, tried), known, Nanos{1})) {
        add_lane(known, port, tried);
      }
      ++port;
    }
    found += known.lanes.size() == kWidth ? 1 : 0;
  }
  EXPECT_GE(found, 95);
}

TEST(Exploration, IsToldOfInASentence) {
  PathReport path = one(100, {1, 1});
  EXPECT_EQ(exploration_sentence(path), "");
  path.exploration = ExplorationReport{7, 9, false, false};
  path.plan.protocol = ProbeProtocol::udp;
  EXPECT_EQ(exploration_sentence(path),
            "7 flows looked at for further ways, 0 found: about 9 more are "
            "needed");
  path.lanes[0].discovered = true;
  path.exploration->complete = true;
  path.plan.protocol = ProbeProtocol::icmp;
  EXPECT_EQ(exploration_sentence(path),
            "7 flows looked at for further ways, 1 found: one more of equal "
            "share would have been seen 19 times of 20; by UDP, since many "
            "routers do not spread ICMP");
}

}  // namespace
}  // namespace netlat
