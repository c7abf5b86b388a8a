// Which interval each packet counts in, and that intervals add up.

#include "netlat/measure/interval_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "netlat/report/interval_json.h"
#include "netlat/report/interval_text.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/segments.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::tcp_segment;
constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

struct Made : FlowListener {
  void finished(const Connection&, std::uint32_t) override {}
  void unanswered(const HalfOpen&, const SynRetry*) override {}

  void put(Segment s, Nanos at) {
    s.time = kStart + at;
    s.frame = ++frames;
    SegmentFacts facts;
    table.advance({&s, 1}, {&facts, 1});
    intervals.advance({&s, 1}, {&facts, 1});
  }
  void set_up(std::uint32_t client, Nanos at) {
    put(tcp_segment({client}, kSyn, 100), at);
    put(tcp_segment({client, false}, kSyn | kAck, 500, 101),
        at + milliseconds(10));
    put(tcp_segment({client}, kAck, 101, 501), at + milliseconds(11));
  }

  FlowTable table{{}, *this};
  IntervalTable intervals{table, seconds(1)};
  std::uint64_t frames = 0;
  std::uint32_t fresh = 1;  // a client port not used yet
};

TEST(IntervalTable, APacketCountsInTheSecondOfItsTime) {
  Made run;
  run.set_up(1, milliseconds(100));
  run.put(tcp_segment({1}, kAck, 101, 501, 50), milliseconds(999));
  run.put(tcp_segment({1, false}, kAck, 501, 151), milliseconds(1000));
  EXPECT_FALSE(run.intervals.take(kStart + milliseconds(999)));
  const auto first = run.intervals.take(kStart + seconds(2));
  const auto second = run.intervals.take(kStart + seconds(2));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->start, kStart);
  EXPECT_EQ(first->end, kStart + seconds(1));
  ASSERT_EQ(first->services.size(), 1U);
  const IntervalStats& stats = first->services[0];
  EXPECT_EQ(stats.key.port, 443);
  EXPECT_EQ(stats.packets, 4U);
  EXPECT_EQ(stats.bytes, 50U);
  EXPECT_EQ(stats.connects, 1U);
  EXPECT_EQ(stats.handshake.totals().max, milliseconds(11));
  EXPECT_EQ(stats.server_rtt.totals().max, milliseconds(10));
  EXPECT_EQ(second->services[0].packets, 1U);
  EXPECT_EQ(second->services[0].bytes, 0U);
  EXPECT_EQ(second->services[0].server_rtt.totals().n, 1U);
  EXPECT_FALSE(run.intervals.take(kStart + seconds(2)));
}

TEST(IntervalTable, EmptySecondsAreThereToo) {
  Made run;
  run.set_up(1, Nanos{0});
  int taken = 0;
  while (run.intervals.take(kStart + seconds(5))) ++taken;
  EXPECT_EQ(taken, 5);
}

TEST(IntervalTable, WhatComesLateCountsInTheEarliestOpen) {
  Made run;
  run.set_up(1, milliseconds(100));
  ASSERT_TRUE(run.intervals.take(kStart + seconds(1)));
  run.put(tcp_segment({1}, kAck, 101, 501, 50), milliseconds(990));
  const auto next = run.intervals.take(kStart + seconds(2));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->start, kStart + seconds(1));
  EXPECT_EQ(next->services.at(0).bytes, 50U);
}

TEST(IntervalTable, JumpsOfTheClockCostNothing) {
  Made run;
  run.set_up(1, Nanos{0});
  ASSERT_TRUE(run.intervals.take(kStart + seconds(1)));
  int taken = 0;
  while (run.intervals.take(kStart + std::chrono::hours(1))) ++taken;
  EXPECT_EQ(taken, 1);
  // And back again.
  run.put(tcp_segment({1}, kAck, 101, 501, 50), seconds(3));
  run.put(tcp_segment({1}, kAck, 151, 501, 50), seconds(3));
  std::uint64_t bytes = 0;
  while (const auto i = run.intervals.take(kStart + seconds(10))) {
    for (const IntervalStats& s : i->services) bytes += s.bytes;
  }
  EXPECT_EQ(bytes, 100U);
}

TEST(IntervalTable, RetransmissionsAddUpToTheConnections) {
  Made run;
  run.put(tcp_segment({1}, kSyn, 100), Nanos{0});
  Segment again = tcp_segment({1}, kSyn, 100);
  again.has_ip_id = true;
  again.ip_id = 7;
  run.put(again, milliseconds(1500));  // not answered yet
  run.put(tcp_segment({1, false}, kSyn | kAck, 500, 101), milliseconds(1510));
  run.put(tcp_segment({1}, kAck, 101, 501), milliseconds(1511));
  run.put(tcp_segment({1}, kAck, 101, 501, 100), milliseconds(1600));
  run.put(tcp_segment({1}, kAck, 101, 501, 100), milliseconds(2600));
  std::uint64_t retransmits = 0, syns = 0, packets = 0;
  TroubleCounts trouble;
  while (const auto i = run.intervals.take(kStart + seconds(5))) {
    for (const IntervalStats& s : i->services) {
      retransmits += s.retransmits;
      syns += s.syn_retransmits;
      packets += s.packets;
      EXPECT_EQ(s.retransmits, s.trouble.retransmits());
      trouble.add(s.trouble);
    }
  }
  EXPECT_EQ(trouble.of(RetransmitCause::syn_timer), 1U);
  EXPECT_EQ(trouble.retransmits(), 2U);
  EXPECT_EQ(trouble.retransmitted_bytes, 100U);
  EXPECT_EQ(packets, run.frames);
  EXPECT_EQ(retransmits, 2U);
  EXPECT_EQ(syns, 1U);
}

TEST(IntervalTable, OvertakenSegmentsAndResetsAreCounted) {
  Made run;
  run.set_up(1, Nanos{0});
  run.put(tcp_segment({1}, kAck, 201, 501, 100), milliseconds(100));
  run.put(tcp_segment({1}, kAck, 101, 501, 100), milliseconds(101));
  run.put(tcp_segment({1, false}, kAck, 501, 301), milliseconds(110));
  run.put(tcp_segment({1, false}, kRst, 501), milliseconds(120));
  const auto interval = run.intervals.take(kStart + seconds(1));
  ASSERT_TRUE(interval);
  const IntervalStats& stats = interval->services.at(0);
  EXPECT_EQ(stats.reordered, 1U);
  EXPECT_EQ(stats.resets, (std::array<std::uint64_t, 2>{0, 1}));
  EXPECT_EQ(stats.syn_retransmits, 0U);
  IntervalStats twice = stats;
  twice.merge(stats);
  EXPECT_EQ(twice.reordered, 2U);
  EXPECT_EQ(twice.resets[1], 2U);
}

TEST(IntervalTable, AClosedWindowCountsWhereItLasts) {
  Made run;
  run.set_up(1, Nanos{0});
  const auto window = [&](std::uint16_t size, Nanos at) {
    Segment s = tcp_segment({1, false}, kAck, 501, 101);
    s.tcp.window = size;
    run.put(s, at);
  };
  window(0, milliseconds(200));
  // A probe of it, and its answer, in the second after.
  run.put(tcp_segment({1}, kAck, 100, 501), milliseconds(1200));
  window(0, milliseconds(1210));
  window(1000, milliseconds(2300));
  const Nanos wanted[] = {Nanos{0}, milliseconds(1010), milliseconds(1090)};
  for (const Nanos closed : wanted) {
    const auto interval = run.intervals.take(kStart + seconds(5));
    ASSERT_TRUE(interval);
    const auto& by_side = interval->services.at(0).trouble.zero_window;
    EXPECT_EQ(by_side[0], Nanos{0});
    EXPECT_EQ(by_side[1], closed);
  }
}

TEST(IntervalTable, DuplicateAcksAreCounted) {
  Made run;
  run.set_up(1, Nanos{0});
  run.put(tcp_segment({1}, kAck, 101, 501, 100), milliseconds(20));
  run.put(tcp_segment({1}, kAck, 301, 501, 100), milliseconds(21));
  for (int i = 0; i < 3; ++i) {
    run.put(tcp_segment({1, false}, kAck, 501, 201), milliseconds(30 + i));
  }
  const auto interval = run.intervals.take(kStart + seconds(1));
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->services.at(0).trouble.dup_acks, 2U);
}

TEST(IntervalTable, WhyNoConnectionCameAboutIsKept) {
  Made run;
  run.put(tcp_segment({1}, kSyn, 100), Nanos{0});
  run.put(tcp_segment({1, false}, kRst | kAck, 0, 101), milliseconds(1));
  FlowRecord attempt;
  attempt.server_port = 443;
  run.intervals.unanswered(attempt, kStart);
  attempt.handshake.unreachable = true;
  run.intervals.unanswered(attempt, kStart);
  run.intervals.unanswered(attempt, kStart);
  const auto interval = run.intervals.take(kStart + seconds(1));
  ASSERT_TRUE(interval);
  IntervalStats all;
  for (const IntervalStats& s : interval->services) all.merge(s);
  EXPECT_EQ(all.connect_failures, 4U);
  EXPECT_EQ(all.failures, (std::array<std::uint64_t, 3>{1, 1, 2}));
}

TEST(IntervalTable, ServicesBeyondTheTopAreInTheRest) {
  Made run;
  for (std::uint32_t i = 0; i < 5; ++i) {
    for (std::uint32_t n = 0; n <= i; ++n) {
      Segment s = tcp_segment({10 * i + n}, kSyn, 100);
      s.destination_port = static_cast<Port>(1000 + i);
      run.put(s, milliseconds(i));
    }
  }
  auto interval = run.intervals.take(kStart + seconds(1));
  ASSERT_TRUE(interval);
  keep_busiest(*interval, 2);
  ASSERT_EQ(interval->services.size(), 2U);
  EXPECT_EQ(interval->services[0].key.port, 1004);
  EXPECT_EQ(interval->services[0].packets, 5U);
  EXPECT_EQ(interval->services[1].packets, 4U);
  EXPECT_EQ(interval->others.packets, 6U);
}

// One second of several tables: rows of one key are one row, by zones too.
TEST(IntervalTable, PartsMergeByServiceAndZones) {
  const auto row = [](Port port, ZoneId zone, std::uint64_t packets) {
    IntervalStats stats;
    stats.key.port = port;
    stats.client_zone = {ZoneStatus::known, zone};
    stats.packets = packets;
    stats.service.add(std::chrono::microseconds(packets));
    stats.resets = {packets, 1};
    return stats;
  };
  std::vector<Interval> parts(3);
  parts[0].services = {row(80, 1, 10), row(81, 1, 20)};
  parts[1].services = {row(81, 1, 30), row(80, 2, 40)};
  parts[1].others.packets = 5;
  parts[2].services = {row(80, 1, 50)};
  parts[2].others.packets = 7;
  for (Interval& part : parts) part.start = kStart;
  const Interval sum = IntervalTable::merged(std::move(parts));
  EXPECT_EQ(sum.start, kStart);
  ASSERT_EQ(sum.services.size(), 3U);
  const std::uint64_t packets[] = {60, 50, 40}, rows[] = {2, 2, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sum.services[i].packets, packets[i]);
    EXPECT_EQ(sum.services[i].service.totals().n, rows[i]);
    EXPECT_EQ(sum.services[i].resets[0], packets[i]);
    EXPECT_EQ(sum.services[i].resets[1], rows[i]);
  }
  EXPECT_EQ(sum.services[2].client_zone.zone, 2U);
  EXPECT_EQ(sum.others.packets, 12U);
}

TEST(IntervalTable, RowsArePartedByZonesAndTheRestToo) {
  ZoneMapReading reading = read_zone_map_text(
      "map", "#netlat-zones 1\ncidr,zone\n10.1.0.0/16,az1\n10.2.0.0/16,az2\n");
  ASSERT_TRUE(reading.map);
  const ZoneLabeler labeler(*reading.map);
  Made run;
  run.intervals.use(&labeler);
  const auto put = [&](std::uint8_t net, Port port, int times) {
    for (int i = 0; i < times; ++i) {
      Segment s = tcp_segment({run.fresh++}, kSyn, 100);
      const std::uint8_t client[4] = {10, net, 0, 1}, server[4] = {10, 2, 0, 9};
      s.source = IpAddress::v4(client);
      s.destination = IpAddress::v4(server);
      s.destination_port = port;
      run.put(s, milliseconds(1));
    }
  };
  put(1, 80, 4);
  put(2, 80, 3);
  put(1, 81, 2);
  put(1, 82, 1);
  put(9, 83, 1);
  auto interval = run.intervals.take(kStart + seconds(1));
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->services.size(), 5U);
  keep_busiest(*interval, 1);
  std::vector<std::string> told;
  for (const IntervalStats& row : interval->services) {
    told.push_back(fmt::format("{}>{} {} {}", labeler.name(row.client_zone),
                               labeler.name(row.server_zone),
                               row.rest ? 0 : row.key.port, row.packets));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"az1>az2 80 4", "az2>az2 80 3",
                                            "az1>az2 0 3", ">az2 0 1"}));
  EXPECT_EQ(interval->others.packets, 0U);
}

TEST(IntervalText, SaysWhatThereIsAndNoMore) {
  Interval interval{kStart, kStart + seconds(1), {}, {}};
  interval.services.emplace_back();
  IntervalStats& s = interval.services[0];
  const std::uint8_t host[4] = {10, 0, 0, 2};
  s.key = {IpAddress::v4(host), 443, Transport::tcp};
  for (int i = 0; i < 20; ++i) s.server_rtt.add(milliseconds(5));
  s.service.add(milliseconds(30));
  s.segments = 200;
  s.retransmits = 1;
  const std::string line =
      interval_text(interval, {"eth\x1b", 1234, 7, {0, {}}, {}});
  EXPECT_NE(line.find(" eth\\x1b  1,234 pkt/s  7 flows  "
                      "rtt 5.00/5.00/- ms to servers  service 30.0/-/- ms  "
                      "lost 0  retx 0.50 %  drops 0  "
                      "worst 10.0.0.2:443 30.0 ms\n"),
            std::string::npos)
      << line;
  EXPECT_NE(interval_text(interval, {"eth0", 1, 1, {5, 2}, {}})
                .find("DROPS 5 and 2 by the device"),
            std::string::npos);
}

}  // namespace
}  // namespace netlat
