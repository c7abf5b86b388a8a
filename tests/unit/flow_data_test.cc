// Data on its way: super-segments, what the capture missed,
// windows, path MTU, reordering.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

TEST(SuperSegment, PartialAcksAndRecutRepeats) {
  // 45 wire segments in one frame; two of them are lost after the capture
  // point, and the repeats are cut otherwise.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=65160 @super
# 43441 + 65160 = 108601; the host received it as wire segments.
0.0702 < A ack=57921 sack=none @partial
0.0703 < A ack=57921 sack=59369-62265
0.0704 < A ack=57921 sack=59369-80000
0.0705 < A ack=57921 sack=82896-108601,59369-80000
0.0906 > A data=57921-59369 @one
0.0907 > PA data=80000-82896 @two
0.1007 < A ack=108601 sack=none
)");
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.bytes, 30u * 1448 + 65'160);
  EXPECT_EQ(c2s.segments, 30u + 45);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 0);
  EXPECT_EQ(c2s.trouble.retransmits(), 3u) << "the second is two segments";
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::fast), 3u);
  EXPECT_EQ(c2s.trouble.retransmitted_bytes, 1448u + 2896);
  ASSERT_EQ(o.at("partial").facts.rtt_count, 1);
  EXPECT_EQ(o.at("partial").facts.rtt[0].rtt, 20'200us);
}

TEST(SuperSegment, ARepeatOverTwoHolesFillsBoth) {
  // Two of ten are lost before the capture point; one repeat of five segments
  // covers both and what had arrived between them.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x2 every=0.1
+0.1 > PA len=1448 lost
+0.1 > PA len=1448 x2 every=0.1
+0.1 > PA len=1448 lost
+0.1 > PA len=1448 x4 every=0.1
0.0701 < A
0.0703 < A x6 every=0.1
0.0910 > PA data=46337-53577 @repeat
0.1010 < A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.bytes, 40u * 1448);
  EXPECT_EQ(c2s.trouble.capture_gap_bytes, 0u);
  EXPECT_EQ(c2s.trouble.lost_by_sequence, 2u);
  EXPECT_EQ(c2s.trouble.reordered, 0u);
  EXPECT_EQ(o.at("repeat").final.segment_class, SegmentClass::late_fill);
}

TEST(SuperSegment, ARepeatThatGoesOnWithNewData) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1000 lost
0.300 > PA seq=43441 len=1448 @longer
0.310 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.bytes, 30u * 1448 + 1448);
  EXPECT_EQ(c2s.trouble.retransmits(), 1u);
  EXPECT_EQ(c2s.trouble.retransmitted_bytes, 1000u);
  EXPECT_EQ(o.at("longer").final.segment_class, SegmentClass::retransmission);
}

TEST(SuperSegment, ARepeatThatGainsTheFin) {
  // The socket was closed while the segment was lost: Linux puts the FIN on
  // the repeat.
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kWarm + R"(
0.060 > PA len=1000 lost
0.300 > FPA seq=43441 len=1000
0.310 < FA
0.320 > A
)",
                              {.tap = tap});
    SCOPED_TRACE(o.text());
    EXPECT_EQ(o.flow().c2s.bytes, 30u * 1448 + 1000);
    EXPECT_EQ(o.flow().c2s.segments, 31u);
    EXPECT_EQ(o.flow().end, FlowEnd::fin);
  }
}

TEST(SuperSegment, AFillWithTheFin) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1000 lost
0.061 > PA len=500 lost
0.070 > FA
0.080 < A
0.300 > FPA data=43441-44941
0.310 < FA
0.320 > A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.bytes, 30u * 1448 + 1500);
  EXPECT_EQ(o.flow().end, FlowEnd::fin);
}

TEST(CaptureGap, AckOfBytesNeverSeen) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x4 every=0.1
+0.1 > PA len=1448 x2 unseen
0.0710 < A
0.100 > PA len=1448
0.110 < A
)",
                              {.tap = tap});
    SCOPED_TRACE(o.text());
    const FinishedHalf& c2s = o.flow().c2s;
    EXPECT_EQ(c2s.trouble.capture_gap_bytes, 2u * 1448);
    EXPECT_EQ(c2s.bytes, 35u * 1448);
    EXPECT_EQ(c2s.trouble.retransmits(), 0u);
    EXPECT_EQ(c2s.trouble.lost_by_sequence, 0u);
  }
}

TEST(CaptureGap, HoleThatWasAcknowledgedUnfilled) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x4 every=0.1
+0.1 > PA len=1448 unseen
+0.1 > PA len=1448 x5 every=0.1
0.0720 < A
0.100 > PA len=1448
0.110 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.capture_gap_bytes, 1448u);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 0) << "missed, not lost";
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(c2s.trouble.reordered, 0u);
}

TEST(CaptureGap, AckCapturedBeforeItsData) {
  // Two queues: the ACK comes first by a millisecond.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x4 every=0.1
0.0704 < A
0.100 > PA seq=49233 len=1448 late=1 @data
0.1102 < A ack=50681 sack=none
0.120 > PA len=1448
0.130 < A ack=52129 sack=none
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.bytes, 36u * 1448);
  EXPECT_EQ(c2s.trouble.capture_gap_bytes, 0u);
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.at("data").final.segment_class, SegmentClass::reordered);
}

TEST(Reordering, TwoPathsOfDifferentLength) {
  // Every other segment takes a path 2 ms longer; nothing is lost, and
  // nothing may be called so.
  for (const bool timestamps : {true, false}) {
    std::string text = std::string(timestamps ? "" : "set ts=0\n") + kWarm;
    for (int i = 0; i < 20; ++i) {
      text += i == 0 ? "0.060" : "+0.4";
      text += i % 2 == 0 ? " > PA len=1448\n" : " > PA len=1448 late=2\n";
    }
    text += "0.0900 < A\n";
    const Outcome o = observe(text, {.tap = Tap::server});
    SCOPED_TRACE(o.text());
    const FinishedHalf& c2s = o.flow().c2s;
    EXPECT_EQ(c2s.trouble.retransmits(), 0u);
    EXPECT_EQ(c2s.trouble.lost_by_sequence, 0u);
    EXPECT_GE(c2s.trouble.reordered, 8u);
    EXPECT_EQ(c2s.trouble.ip_ids_missing, 0);
    EXPECT_EQ(c2s.bytes, 50u * 1448);
  }
}

TEST(Reordering, WithoutClockOrIpIdTimeDecides) {
  // IPv6 without timestamps: 2 ms at a round trip of 20 is no reaction of the
  // sender, 25 ms is.
  View view{.tap = Tap::server};
  view.ipv6 = true;
  const std::string text = std::string("set ts=0\n") + kWarm + R"(
0.060 > PA len=1448 late=2 @soon
+0.1 > PA len=1448 x5 every=0.1
0.0730 < A
0.100 > PA len=1448 lost
+0.1 > PA len=1448 x5 every=0.1
0.1102 < A x5 every=0.1
0.1250 > PA data=52129-53577 @later
0.1350 < A
)";
  const Outcome o = observe(text, view);
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("soon").final.segment_class, SegmentClass::reordered);
  EXPECT_EQ(o.at("soon").final.confidence, Confidence::strong);
  EXPECT_EQ(o.at("later").final.segment_class, SegmentClass::late_fill);
  EXPECT_EQ(o.at("later").final.confidence, Confidence::strong);
}

TEST(Cause, TailLossProbeWithTwoInFlight) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 lost
+0.1 > PA len=1448 lost
0.1041 > PA data=44889-46337 @probe
0.1141 < A
0.1242 > A data=43441-44889 @fast
0.1342 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("probe").final.cause, RetransmitCause::tlp);
  EXPECT_EQ(o.at("fast").final.cause, RetransmitCause::fast)
      << "SACK of what was probed, one duplicate ACK (RACK)";
}

TEST(Cause, PathMtu) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x2 every=0.1 lost
0.062 < FRAG seq=43441 mtu=1400
0.063 > A data=43441-44789 @smaller
+0.1 > PA data=44789-46137
+0.1 > PA data=46137-46337
0.0735 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("smaller").final.cause, RetransmitCause::pmtud);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::pmtud), 3u);
  EXPECT_EQ(o.flow().c2s.bytes, 32u * 1448);
}

TEST(Cause, GoBackAfterATimeout) {
  const Outcome o = observe(std::string("set sack=0\n") + kWarm + R"(
0.060 > PA len=1448 x6 every=0.1 lost
0.300 > A data=43441-44889 @timer
0.310 < A
0.320 > A data=44889-46337 @back
0.320 > A data=46337-47785 @back
0.330 < A
0.340 > A data=47785-49233 @back
0.340 > A data=49233-50681 @back
0.350 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("timer").final.cause, RetransmitCause::rto);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::timeout_recovery), 4u);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::rto), 1u);
}

TEST(Stall, ANeedlessRepeatStallsNothing) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448
0.070 < A
0.090 > PA data=43441-44889 @needless
0.100 < A
9.000 > PA len=1448
9.010 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("needless").facts.necessity, Necessity::proven_spurious);
  EXPECT_EQ(o.flow().c2s.trouble.stall, 0ns);
}

TEST(Window, FullAndClosed) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=1448 x4
0.0311 < A win=16
+10 > PA len=1448
+0.1 > PA len=600
0.0512 < A win=0
0.4 > A seq=7840
0.41 < A win=0
0.5 < A win=100
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.c2s.trouble.window_full, 1u) << "1448 + 600 = 16 << 7";
  EXPECT_EQ(f.s2c.trouble.zero_windows, 1u);
  EXPECT_EQ(f.s2c.trouble.zero_window, 448'800us);
}

TEST(Window, StillClosedAtTheEnd) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=1448
+10 < A win=0
1.000 > A seq=1448
1.010 < A win=0
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().s2c.trouble.zero_windows, 1u);
  EXPECT_EQ(o.flow().c2s.trouble.zero_window_probes, 1u);
}

TEST(IpId, LostAcknowledgmentsAreCounted) {
  // At the client: two of the server's pure ACKs never came, which no
  // sequence number says.
  const Outcome o = observe(kSetup + R"(
+1 > PA len=1448 x60 every=0.1
0.0311 < A x25 every=0.2
0.0361 < A lost x2 every=0.2
0.0365 < A x3 every=0.2
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().s2c.trouble.ip_ids_missing, 2);
  EXPECT_EQ(o.flow().s2c.trouble.retransmits(), 0u);
  EXPECT_GE(o.flow().s2c.ip_id_steps, 20);
}

TEST(IpId, AGlobalCounterProvesNothing) {
  // Steps of many: other connections of the host are numbered too.
  std::string text = kSetup + "0.030 > PA len=1448 id=1\n";
  int id = 1;
  for (int i = 0; i < 30; ++i) {
    id += 3 + i % 5;
    text += "+1 > PA len=1448 id=" + std::to_string(id) + "\n";
  }
  text += "0.080 < A\n";
  const Outcome o = play(text);
  SCOPED_TRACE(o.text());
  EXPECT_GT(o.flow().c2s.trouble.ip_id_irregular * 20,
            std::uint32_t{o.flow().c2s.ip_id_steps});
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
}

TEST(Turns, GreetingPipelineAndLoss) {
  const Outcome o = observe(kSetup + R"(
# The server greets: no turn.
+10 < PA len=80
+10 > A
# Two requests at once are one turn.
+1 > PA len=100
+0.1 > PA len=100
+14.9 < PA len=1000
+1 < PA len=1000
+20 > PA len=100 lost
+220 > PA seq=301 len=100
+20 < PA len=500
+20 > PA len=1
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().turns, 2u);
}

}  // namespace
}  // namespace netlat::test
