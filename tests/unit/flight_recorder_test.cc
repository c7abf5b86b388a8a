// The ring of packets, what is said of them, and the file they end up in.

#include "netlat/publish/flight_recorder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <random>
#include <vector>

#include "netlat/report/packet_comment.h"
#include "netlat/report/pcapng_writer.h"
#include "tests/support/report_samples.h"

namespace netlat {
namespace {

using test::us;

// ---- The ring against a queue that is cut from its front.

struct Kept {
  FlightRecorder::Position at;
  Stamp time;
  std::vector<std::uint8_t> octets;
  std::uint32_t flow_id = 0;
};

std::vector<Kept> contents(const FlightRecorder& ring) {
  std::vector<Kept> all;
  auto at = ring.begin();
  while (const auto p = ring.read(at)) {
    all.push_back(
        {at, p->time, {p->data.begin(), p->data.end()}, p->verdict.flow_id});
  }
  return all;
}

TEST(FlightRecorder, HoldsTheNewestWhole) {
  FlightRecorder ring(FlightRecorder::kLeastOctets);
  std::mt19937 random(11);
  std::deque<Kept> model;
  for (int i = 0; i < 60'000; ++i) {
    std::vector<std::uint8_t> octets(random() % 300);
    for (auto& o : octets) o = static_cast<std::uint8_t>(random());
    PacketView packet;
    packet.set(stamp_ns(i), octets, 2000);
    const std::size_t keep = random() % 300;
    const auto at = ring.add(packet, keep);
    octets.resize(std::min(octets.size(), keep));
    model.push_back({at, packet.time, octets, 0});
    if (random() % 3 == 0) {
      // Any of the latest, also one that is gone.
      Kept& some = model[model.size() - 1 -
                         random() % std::min<std::size_t>(model.size(), 32)];
      some.flow_id = static_cast<std::uint32_t>(random());
      PacketVerdict verdict;
      verdict.flow_id = some.flow_id;
      ring.judge(some.at, verdict);
    }
    while (model.front().at < ring.begin()) model.pop_front();
    ASSERT_EQ(ring.packets(), model.size());
    ASSERT_LE(ring.octets(), FlightRecorder::kLeastOctets);
    if (i % 5'000 != 0) continue;
    const auto held = contents(ring);
    ASSERT_EQ(held.size(), model.size());
    for (std::size_t k = 0; k < held.size(); ++k) {
      ASSERT_EQ(held[k].time, model[k].time);
      ASSERT_EQ(held[k].octets, model[k].octets);
      ASSERT_EQ(held[k].flow_id, model[k].flow_id);
    }
  }
  // What was dropped made room for something: the ring is nearly full.
  EXPECT_GT(ring.octets(), FlightRecorder::kLeastOctets * 9 / 10);
}

TEST(FlightRecorder, AReaderThatIsOvertakenGoesOnAtTheOldest) {
  FlightRecorder ring(FlightRecorder::kLeastOctets);
  const std::vector<std::uint8_t> octets(1000);
  PacketView packet;
  packet.set(stamp_ns(0), octets, 1000);
  ring.add(packet, octets.size());
  auto at = ring.begin();
  for (int i = 1; i < 5'000; ++i) {
    packet.time = stamp_ns(i);
    ring.add(packet, octets.size());
  }
  const auto oldest = ring.read(at);
  ASSERT_TRUE(oldest);
  EXPECT_GT(oldest->time, stamp_ns(0));
  EXPECT_GT(at, ring.begin());
}

TEST(FlightRecorder, JudgingWhatIsGoneChangesNothing) {
  FlightRecorder ring(FlightRecorder::kLeastOctets);
  const std::vector<std::uint8_t> octets(5000, 7);
  PacketView packet;
  packet.set(stamp_ns(0), octets, 5000);
  const auto first = ring.add(packet, octets.size());
  for (int i = 0; i < 1000; ++i) ring.add(packet, octets.size());
  PacketVerdict verdict;
  verdict.flow_id = 99;
  ring.judge(first, verdict);
  ring.judge(ring.end(), verdict);
  for (const Kept& kept : contents(ring)) {
    EXPECT_EQ(kept.flow_id, 0U);
    EXPECT_EQ(kept.octets, octets);
  }
}

// ---- What is said

struct Remark {
  const char* name;
  PacketVerdict verdict;
  const char* wanted;
};

PacketVerdict verdict(SegmentClass what) {
  PacketVerdict v;
  v.segment_class = what;
  v.of_connection = true;
  v.flow_id = 3;
  return v;
}

TEST(PacketComment, SaysWhatIsNotAsItShouldBe) {
  PacketVerdict lost = verdict(SegmentClass::retransmission);
  lost.has_cause = true;
  lost.cause = RetransmitCause::rto;
  lost.place = LossPlace::downstream;
  lost.confidence = Confidence::strong;
  PacketVerdict closed = verdict(SegmentClass::pure_ack);
  closed.zero_window = true;
  PacketVerdict slow = verdict(SegmentClass::pure_ack);
  slow.rtt_us = 41'200;
  slow.server_half = true;
  PacketVerdict late = verdict(SegmentClass::new_data);
  late.service_us = 9'000;
  PacketVerdict both = closed;
  both.rtt_us = 5'001;
  PacketVerdict in_time = verdict(SegmentClass::new_data);
  in_time.rtt_us = 5'000;
  in_time.service_us = 8'000;
  PacketVerdict stray = verdict(SegmentClass::retransmission);
  stray.of_connection = false;
  const Remark rows[] = {
      {"new data", verdict(SegmentClass::new_data), ""},
      {"handshake", verdict(SegmentClass::handshake), ""},
      {"retransmission", lost,
       "netlat: flow 3: retransmission (rto), lost after this point (strong)"},
      {"zero window", closed, "netlat: flow 3: zero window"},
      {"rtt", slow,
       "netlat: flow 3: round trip to the server 41.2 ms, over 5.00 ms"},
      {"service", late, "netlat: flow 3: service time 9.00 ms, over 8.00 ms"},
      {"two", both,
       "netlat: flow 3: zero window; round trip to the client 5.00 ms, over "
       "5.00 ms"},
      {"within limits", in_time, ""},
      {"no connection", stray, "netlat: retransmission"},
      {"reset", verdict(SegmentClass::reset), "netlat: flow 3: reset"},
  };
  const CommentLimits limits{us(5'000), us(8'000)};
  for (const Remark& row : rows) {
    EXPECT_EQ(packet_comment(row.verdict, limits), row.wanted) << row.name;
  }
  // Without objectives no time is worth a word.
  EXPECT_EQ(packet_comment(slow, {}), "");
}

TEST(PacketComment, TakesTheLongestRoundTripOfTheNetworkAlone) {
  Segment s;
  s.tcp.window = 0;
  s.tcp.flags = kAck;
  SegmentFacts facts;
  facts.start(1, 7, Dir::c2s);
  facts.rtt_count = 2;
  facts.rtt[0] = {us(900), 1, Dir::s2c, RttClass::pure, true};
  facts.rtt[1] = {us(5'000), 1, Dir::c2s, RttClass::delack_suspect, false};
  const PacketVerdict v = packet_verdict(s, facts);
  EXPECT_EQ(v.rtt_us, 900U);
  EXPECT_FALSE(v.server_half);
  EXPECT_TRUE(v.zero_window);
  EXPECT_EQ(v.flow_id, 7U);
  s.tcp.flags = kRst;
  EXPECT_FALSE(packet_verdict(s, facts).zero_window);
}

// ---- The file's blocks

TEST(PcapngWriter, BlocksAreWholeAndPadded) {
  std::string out;
  put_section(out, "netlat", "why");
  put_interface(out, "eth0", 1, 256);
  const std::vector<std::pair<IpAddress, std::string>> names = {
      {test::ip("10.0.0.1"), "az1/10.0.0.1"}, {test::ip("2001:db8::1"), "b"}};
  put_names(out, names);
  for (std::size_t n = 0; n < 9; ++n) {
    const std::vector<std::uint8_t> octets(n, 0xaa);
    PcapngPacket packet;
    packet.time = stamp_ns(1'700'000'000'123'456'789);
    packet.wire_length = 100;
    packet.data = octets;
    packet.comment = std::string_view("comment").substr(0, n);
    if (n % 2 == 0) packet.direction = FrameDirection::outbound;
    put_packet(out, packet);
  }
  PcapngStatistics statistics;
  statistics.received = 9;
  put_statistics(out, statistics);
  // Each block's length stands at both of its ends.
  std::size_t at = 0, blocks = 0;
  while (at < out.size()) {
    std::uint32_t first = 0, last = 0;
    ASSERT_LE(at + 12, out.size());
    std::memcpy(&first, &out[at + 4], 4);
    ASSERT_EQ(first % 4, 0U);
    ASSERT_GE(first, 12U);
    ASSERT_LE(at + first, out.size());
    std::memcpy(&last, &out[at + first - 4], 4);
    ASSERT_EQ(first, last) << blocks;
    at += first;
    ++blocks;
  }
  EXPECT_EQ(blocks, 3 + 9 + 1U);
}

}  // namespace
}  // namespace netlat
