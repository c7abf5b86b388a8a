// When the shortest round trip is raised, and when it is not.

#include "netlat/flow/path_watch.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/segments.h"

namespace netlat {
namespace {

using std::chrono::microseconds;
using test::tcp_segment;
constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

struct Row {
  const char* name;
  std::int64_t way_us;    // server to capture point, later
  std::int64_t think_us;  // of the server, later
  std::int64_t tick_us;   // of its clock
  bool raised;
};

struct Talk : FlowListener {
  void finished(const Connection&, std::uint32_t) override {}
  void unanswered(const HalfOpen&, const SynRetry*) override {}

  SegmentFacts put(Segment s, std::int64_t at_us, std::uint32_t tsval) {
    s.time = kStart + microseconds(at_us);
    s.frame = ++frames;
    s.tcp.has_timestamps = true;
    s.tcp.tsval = tsval;
    SegmentFacts facts;
    table.advance({&s, 1}, {&facts, 1});
    watch.advance({&s, 1}, {&facts, 1}, table);
    return facts;
  }

  FlowTable table{{}, *this};
  PathWatch watch;
  std::uint64_t frames = 0;
};

class PathWatchTest : public testing::TestWithParam<Row> {};

TEST_P(PathWatchTest, RaisesWhatTheTimestampsProve) {
  const Row& row = GetParam();
  std::mt19937 random(1);
  const auto noise = [&](std::uint32_t below) {
    return static_cast<std::int64_t>(random() % below);
  };
  Talk talk;
  constexpr std::int64_t kWay = 500;  // each way, at first
  const auto clock = [&](std::int64_t us) {
    return static_cast<std::uint32_t>((us + 123'456) / row.tick_us);
  };
  talk.put(tcp_segment({1}, kSyn, 100), 0, 1);
  talk.put(tcp_segment({1, false}, kSyn | kAck, 500, 101), 2 * kWay,
           clock(kWay));
  std::uint32_t asked = 101, answered = 501;
  std::int64_t now = 2000;
  SegmentFacts facts;
  for (int i = 0; i < 800; ++i) {
    const bool later = i >= 600;
    const std::int64_t way = later ? kWay + row.way_us : kWay;
    const std::int64_t think = later ? row.think_us : 0;
    talk.put(tcp_segment({1}, kAck | kPsh, asked, answered, 10), now,
             static_cast<std::uint32_t>(now / 1000));
    asked += 10;
    const std::int64_t left = now + way + think + noise(10);
    facts = talk.put(tcp_segment({1, false}, kAck | kPsh, answered, asked, 20),
                     left + way, clock(left));
    answered += 20;
    now = left + way + 2000 + noise(1500);
  }
  ASSERT_EQ(facts.rtt_count, 1);
  EXPECT_EQ(facts.rtt[0].network, row.raised) << row.name;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PathWatchTest,
    testing::Values(Row{"longer_path", 3000, 0, 1000, true},
                    Row{"slow_server", 0, 6000, 1000, false},
                    Row{"slow_server_coarse_clock", 0, 6000, 10'000, false},
                    Row{"nothing_changed", 0, 0, 1000, true},
                    Row{"both", 3000, 8000, 1000, false}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace netlat
