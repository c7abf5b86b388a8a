// Delayed ACKs as Linux sends them, and what must not be made of them.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

// The client is the capturing host: its half of the path is nothing.
const std::string kRequest = R"(
set delay=1
0.000 > S
+1 < SA
+1 > A
+1 > PA len=100
)";

TEST(DelayedAck, ShortTailAfterAFullSegmentMayWait) {
  const Outcome o = observe(kRequest + R"(
0.010 < A len=1448
0.010 < PA len=552
0.052 > A @ack
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("ack").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt_class, RttClass::delack_suspect);
}

TEST(DelayedAck, TwoFullSegmentsAreAnsweredAtOnce) {
  const Outcome o = observe(kRequest + R"(
0.010 < A len=1448
0.010 < PA len=1448
0.052 > A @ack
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("ack").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt_class, RttClass::pure);
}

// What arrives early only releases the ACK that was being kept back.
TEST(DelayedAck, ReleasedByDataOutOfOrder) {
  const Outcome o = observe(kRequest + R"(
0.010 < PA len=255
0.0450 < PA data=1704-2278
0.0450 < A data=256-1704 late=0.01
0.0460 > A ack=256 sack=1704-2278 @ack
)");
  SCOPED_TRACE(o.text());
  for (const Nanos rtt : o.samples(Dir::s2c, true)) EXPECT_LT(rtt, 3ms);
  EXPECT_EQ(o.at("ack").facts.rtt_count, 2);
}

// The server's loss probe crosses the ACK that the client had delayed.
const std::string kCrossing = kRequest + R"(
0.010 < PA len=900
0.050 > A
0.0495 < PA seq=1 len=900 @probe
+1 > A sack=1-901 @dsack
)";

TEST(DelayedAck, ProbeThatCrossesItIsATimer) {
  const Outcome o = observe(kCrossing);
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("probe").facts;
  EXPECT_EQ(f.segment_class, SegmentClass::retransmission);
  EXPECT_EQ(f.cause, RetransmitCause::tlp_or_rto);
  EXPECT_EQ(f.necessity, Necessity::proven_spurious);
}

TEST(DelayedAck, NeedlessRepeatIsNoStall) {
  const Outcome o = observe(kRequest + R"(
0.010 < PA len=900
0.040 < PA seq=1 len=900
0.0420 > A ack=901 sack=1-901
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().s2c.trouble.stall, Nanos{0});
}

TEST(DelayedAck, TimestampNamesTheCopyNotTheDelay) {
  const Outcome o = observe(kRequest + R"(
0.010 < PA len=900 @first
0.045 < PA seq=1 len=900
0.0461 > A ack=901 tsecr=10 sack=none @ack
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("ack").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt_class, RttClass::delack_suspect);
}

}  // namespace
}  // namespace netlat::test
