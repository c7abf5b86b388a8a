#include "netlat/flow/icmp_echo_timer.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/app_segments.h"

namespace netlat {
namespace {

using namespace test;

constexpr std::uint8_t kRequest = 8, kReply = 0;

Segment echo(std::int64_t ms, std::uint8_t type, std::uint16_t sequence) {
  Segment s;
  s.time = at_ms(ms);
  const auto requester = *IpAddress::parse("192.0.2.1");
  const auto responder = *IpAddress::parse("192.0.2.9");
  s.source = type == kReply ? responder : requester;
  s.destination = type == kReply ? requester : responder;
  s.transport = Transport::icmp;
  s.icmp.type = type;
  s.icmp.id = 77;
  s.icmp.sequence = sequence;
  return s;
}

TEST(IcmpEchoTimer, RoundTrip) {
  IcmpEchoTimer timer(KeyedHash(1));
  EXPECT_FALSE(timer.advance(echo(0, kRequest, 1)));
  EXPECT_EQ(timer.pending(), 1u);
  const auto reply = timer.advance(echo(12, kReply, 1));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->since_last, ms(12));
  EXPECT_EQ(reply->request.requester.text(), "192.0.2.1");
  EXPECT_EQ(reply->request.responder.text(), "192.0.2.9");
  EXPECT_EQ(reply->request.id, 77);
  EXPECT_EQ(reply->request.sequence, 1);
  EXPECT_EQ(timer.pending(), 0u);
}

TEST(IcmpEchoTimer, RoundTripV6) {
  IcmpEchoTimer timer(KeyedHash(1));
  Segment request = echo(0, kRequest, 1), reply = echo(3, kReply, 1);
  request.transport = reply.transport = Transport::icmp6;
  EXPECT_FALSE(timer.advance(request));
  EXPECT_EQ(timer.counters().requests, 0u) << "type 8 is none in ICMPv6";
  request.icmp.type = 128;
  reply.icmp.type = 129;
  EXPECT_FALSE(timer.advance(request));
  EXPECT_TRUE(timer.advance(reply));
}

struct Row {
  const char* name;
  void (*change)(Segment&);  ///< of the reply
};
class EchoMismatch : public ::testing::TestWithParam<Row> {};

TEST_P(EchoMismatch, IsNoAnswer) {
  IcmpEchoTimer timer(KeyedHash(1));
  timer.advance(echo(0, kRequest, 1));
  Segment reply = echo(1, kReply, 1);
  GetParam().change(reply);
  EXPECT_FALSE(timer.advance(reply));
  EXPECT_EQ(timer.pending(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, EchoMismatch,
    ::testing::Values(
        Row{"id", [](Segment& s) { s.icmp.id = 78; }},
        Row{"sequence", [](Segment& s) { s.icmp.sequence = 2; }},
        Row{"vantage", [](Segment& s) { s.vantage = 1; }},
        Row{"address",
            [](Segment& s) { s.source = *IpAddress::parse("192.0.2.8"); }},
        Row{"direction",
            [](Segment& s) { std::swap(s.source, s.destination); }},
        Row{"unreachable", [](Segment& s) { s.icmp.type = 3; }},
        Row{"fragment", [](Segment& s) { s.later_fragment = true; }},
        Row{"tunnel",
            [](Segment& s) {
              s.encap[0] = {EncapKind::geneve, 5};
              s.encap_count = 1;
            }}),
    [](const auto& row) { return row.param.name; });

TEST(IcmpEchoTimer, DuplicateReply) {
  IcmpEchoTimer timer(KeyedHash(1));
  timer.advance(echo(0, kRequest, 1));
  EXPECT_TRUE(timer.advance(echo(1, kReply, 1)));
  EXPECT_FALSE(timer.advance(echo(2, kReply, 1)));
  EXPECT_EQ(timer.counters().duplicate_replies, 1u);
  EXPECT_EQ(timer.counters().replies, 1u);
}

TEST(IcmpEchoTimer, RepeatedRequestIsAmbiguous) {
  IcmpEchoTimer timer(KeyedHash(1));
  timer.advance(echo(0, kRequest, 1));
  timer.advance(echo(100, kRequest, 1));
  const auto reply = timer.advance(echo(130, kReply, 1));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->repeats, 1u);
  EXPECT_EQ(reply->since_first, ms(130));
  EXPECT_EQ(reply->since_last, ms(30));
}

TEST(IcmpEchoTimer, SequenceComesRoundAfterAnswer) {
  IcmpEchoTimer timer(KeyedHash(1));
  timer.advance(echo(0, kRequest, 1));
  timer.advance(echo(5, kReply, 1));
  timer.advance(echo(1000, kRequest, 1));
  const auto reply = timer.advance(echo(1007, kReply, 1));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->repeats, 0u);
  EXPECT_EQ(reply->since_first, ms(7));
}

TEST(IcmpEchoTimer, CapturedTwice) {
  IcmpEchoTimer timer(KeyedHash(1));
  Segment request = echo(0, kRequest, 1);
  request.has_ip_id = true;
  request.ip_id = 9;
  timer.advance(request);
  request.link_tag = 5;
  request.time = at_ms(1);
  timer.advance(request);
  EXPECT_EQ(timer.counters().duplicates, 1u);
  EXPECT_EQ(timer.counters().repeats, 0u);
}

TEST(IcmpEchoTimer, UnansweredAndLate) {
  IcmpEchoTimer timer(KeyedHash(1));
  timer.advance(echo(0, kRequest, 1));
  timer.advance(echo(1, kRequest, 2));
  timer.advance(echo(2, kReply, 2));
  EXPECT_FALSE(timer.take_unanswered(at_ms(10'000)));
  const auto lost = timer.take_unanswered(at_ms(10'001));
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->request.sequence, 1);
  EXPECT_FALSE(timer.take_unanswered(at_ms(90'000)));
  timer.advance(echo(100'000, kRequest, 3));
  EXPECT_FALSE(timer.advance(echo(120'000, kReply, 3)));
  EXPECT_EQ(timer.counters().unanswered, 2u);
  timer.advance(echo(200'000, kRequest, 4));
  EXPECT_FALSE(timer.advance(echo(199'999, kReply, 4)));
  EXPECT_EQ(timer.counters().negative, 1u);
  EXPECT_EQ(timer.pending(), 0u);
}

// A small table and a hostile mixture: every request ends in one place.
TEST(IcmpEchoTimer, CountsAddUp) {
  IcmpEchoTimer timer(KeyedHash(1), 64);
  std::mt19937 random(5);
  std::int64_t now = 0;
  for (int i = 0; i < 30000; ++i) {
    now += static_cast<std::int64_t>(random() % 50) - 2;
    const bool reply = random() % 3 == 0;
    timer.advance(echo(now, reply ? kReply : kRequest,
                       static_cast<std::uint16_t>(random() % 300)));
    if (i % 100 == 0) {
      while (timer.take_unanswered(at_ms(now))) {
      }
    }
    const EchoCounters& c = timer.counters();
    ASSERT_EQ(c.requests, c.replies + c.unanswered + c.evicted + c.negative +
                              timer.pending())
        << i;
  }
  EXPECT_GT(timer.counters().evicted, 0u);
  EXPECT_GT(timer.counters().unanswered, 0u);
  EXPECT_GT(timer.counters().replies, 0u);
}

}  // namespace
}  // namespace netlat
