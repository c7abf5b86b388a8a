// Round trips from data and its ACK.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

TEST(Rtt, DelayedAckIsAcknowledgmentLatencyOnly) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+50 < A @delayed
+100 > PA len=100
+12 < A @prompt
)");
  SCOPED_TRACE(o.text());
  const RttSample& delayed = o.at("delayed").facts.rtt[0];
  EXPECT_EQ(delayed.rtt, 60ms);
  EXPECT_EQ(delayed.rtt_class, RttClass::delack_suspect);
  EXPECT_FALSE(delayed.network);
  const RttSample& prompt = o.at("prompt").facts.rtt[0];
  EXPECT_EQ(prompt.rtt, 22ms);
  EXPECT_EQ(prompt.rtt_class, RttClass::pure);
  EXPECT_TRUE(prompt.network);
}

TEST(Rtt, KarnByTimestamp) {
  // The copy was received: the ACK echoes it, and that is a sample.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 lost
0.300 > PA data=43441-44889 @copy
0.310 < A @answer
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("answer").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt, 20ms);
  EXPECT_EQ(f.rtt[0].rtt_class, RttClass::timestamp);
  EXPECT_EQ(f.rtt[0].acks_frame, o.at("copy").segment.frame);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven);
}

TEST(Rtt, EifelTheOriginalHadArrived) {
  // Its ACK was slow, not the segment lost.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 @original
0.070 < A late=300 @answer
0.300 > PA data=43441-44889 @copy
# No DSACK helps.
0.310 < A late=80 sack=none
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("answer").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt, 320ms);
  EXPECT_EQ(f.rtt[0].acks_frame, o.at("original").segment.frame);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven_spurious);
}

TEST(Rtt, KarnWithoutTimestamps) {
  const Outcome o = observe(std::string("set ts=0\n") + kWarm + R"(
0.060 > PA len=1448 lost
0.300 > PA data=43441-44889
0.310 < A @answer
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("answer").facts.rtt_count, 0);
  EXPECT_EQ(o.counters.rtt_ambiguous, 1u);
}

TEST(Rtt, AnAckThatWaitedForAHoleIsNone) {
  const Outcome o = observe(std::string("set ts=0 sack=0\n") + kWarm + R"(
0.060 > PA len=1448 lost
+0.1 > PA len=1448 x3 every=0.1
0.0702 < A x3 every=0.1
0.0905 > PA data=43441-44889
0.1005 < A @answer
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("answer").facts.rtt_count, 0);
  EXPECT_EQ(o.counters.rtt_post_loss, 1u);
}

TEST(Rtt, FirstReportBySack) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 lost
+0.1 > PA len=1448 x3 every=0.1 @sent
0.0701 < A x3 every=0.1 @sack
)");
  SCOPED_TRACE(o.text());
  for (std::size_t i = 0; i < 3; ++i) {
    const SegmentFacts& f = o.at("sack", i).facts;
    ASSERT_EQ(f.rtt_count, 1);
    EXPECT_EQ(f.rtt[0].rtt_class, RttClass::sack);
    EXPECT_EQ(f.rtt[0].acks_frame, o.at("sent", i).segment.frame);
    EXPECT_TRUE(f.rtt[0].network);
  }
}

TEST(Rtt, AnAnswerHalfAMillisecondLateIsNotTheNetworks) {
  const Outcome o = observe(R"(
set delay=0.5
0.000 > S
+1 < SA
+1 > A
+1 > PA len=100
+0.6 < PA len=100 @prompt
+1 > PA len=100
+1.0 < PA len=100 @thought
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("prompt").facts.rtt[0].rtt_class, RttClass::piggyback);
  EXPECT_EQ(o.at("thought").facts.rtt[0].rtt_class, RttClass::think_suspect);
}

}  // namespace
}  // namespace netlat::test
