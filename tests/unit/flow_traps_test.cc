// Ten ways in which readers of captures have been wrong, each kept from
// coming back.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

// 1. A pure ACK carries a timestamp too, and an idle host answers it when it
// next has something to say: not a round trip.
TEST(Trap, PureAckIsNotTimed) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+10 < A
+10 > A @pure
# The server speaks five seconds later and echoes the pure ACK.
5.100 < PA len=10 @late
5.110 > A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("late").facts.rtt_count, 0);
  for (const Nanos rtt : o.samples(Dir::c2s, false)) EXPECT_LE(rtt, 21ms);
}

// 2. An ACK that rides on a response waited for the application.
TEST(Trap, ThinkTimeIsNotNetworkTime) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+60 < PA len=400 @response
+10 > A
)");
  SCOPED_TRACE(o.text());
  const SegmentFacts& f = o.at("response").facts;
  ASSERT_EQ(f.rtt_count, 1);
  EXPECT_EQ(f.rtt[0].rtt, 70ms);
  EXPECT_EQ(f.rtt[0].rtt_class, RttClass::think_suspect);
  EXPECT_FALSE(f.rtt[0].network);
  EXPECT_TRUE(f.has_service);
  EXPECT_EQ(f.turn, 50ms);
}

// 2b. What was on its way before the request arrived is no response to it.
TEST(Trap, ServerDataInFlightIsNoResponse) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+60 < PA len=255
# A second record of the server passes the client's next request.
0.0919 > PA len=100
0.0900 < PA seq=256 len=255 @ticket
+40 < PA len=400 @response
)");
  SCOPED_TRACE(o.text());
  EXPECT_FALSE(o.at("ticket").facts.has_service);
  EXPECT_TRUE(o.at("response").facts.has_service);
  EXPECT_EQ(o.flow().turns, 2u);
}

// 3. Which of several SYNs was answered?  See flow_trap_syn_test.cc; here the
// other half.
TEST(Trap, SynAckSentTwice) {
  // Beside the server: its first SYN-ACK is lost, and the client's ACK names
  // the second.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < SA lost
1.010 < SA seq=0
1.020 > A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.client_rtt, 20'000'000);
  EXPECT_EQ(f.synack_retransmits, 1u);
  EXPECT_EQ(f.s2c.trouble.by_cause[0], 1u);
  EXPECT_FALSE(f.ambiguous);
}

// 4. A RST ends the handshake too, and it is as quick as the network.
TEST(Trap, ResetAnswersSyn) {
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < RA seq=0 id=none @reset
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.handshake, HandshakeOutcome::refused);
  EXPECT_EQ(f.server_rtt, 20'000'000);
  EXPECT_EQ(f.connect, -1);
  EXPECT_EQ(f.end, FlowEnd::rst);
  ASSERT_EQ(o.at("reset").facts.rtt_count, 1);
  EXPECT_EQ(o.at("reset").facts.rtt[0].rtt_class, RttClass::handshake);
}

TEST(Trap, ResetAfterTwoSynsIsAmbiguous) {
  const Outcome o = observe(R"(
set delay=10 ts=0
0.000 > S lost
1.000 > S seq=0
+10 < RA seq=0 id=none
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().handshake, HandshakeOutcome::refused);
  EXPECT_EQ(o.flow().server_rtt, -1);
  EXPECT_TRUE(o.flow().ambiguous);
}

TEST(Trap, ResetOfAConnectionIsNoRoundTrip) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+500 < RA @reset
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().handshake, HandshakeOutcome::established);
  EXPECT_EQ(o.at("reset").facts.rtt_count, 0);
  EXPECT_EQ(o.flow().server_rtt, 20'000'000);
}

// 5. The copy came first.  Without the sender's clock or IP-ID the labels
// would be swapped.
const std::string kLateOriginal = R"(
0.060 > PA len=1448 x4 every=0.1
+0.1 > PA len=1448 late=300 @original
+0.1 > PA len=1448 x5 every=0.1
0.0701 < A x2 every=0.2
0.0705 < A x5 every=0.1
0.0810 > A data=49233-50681 @copy
0.0910 < A
0.3705 < A
)";

TEST(Trap, LateOriginalIsNotTheCopy) {
  const Outcome o = observe(kWarm + kLateOriginal, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("original").final.segment_class,
            SegmentClass::reordered_late_original);
  EXPECT_EQ(o.at("copy").final.segment_class, SegmentClass::late_fill);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven_spurious);
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 1u);
  EXPECT_EQ(o.flow().c2s.trouble.lost_by_sequence, 0u);
}

TEST(Trap, LateOriginalByIpIdAlone) {
  std::string text = kWarm + kLateOriginal;
  text.insert(0, "set ts=0\n");
  // Segments are 1460 without the option; these are cut alike all the same.
  const Outcome o = observe(text, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("original").final.segment_class,
            SegmentClass::reordered_late_original);
  EXPECT_EQ(o.at("copy").final.segment_class, SegmentClass::late_fill);
  EXPECT_EQ(o.flow().c2s.trouble.late_originals, 1u);
}

// 6. Each packet twice is no loss: see AnyInterface* of the matrix.

// 7. Keepalives carry an old number, and Linux probes a closed window so.
TEST(Trap, WindowProbeIsNotAKeepalive) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448
0.070 < A win=0
0.290 > A seq=44888 @linux
0.300 < A win=0
0.730 > A seq=44888 @linux
0.740 < A win=502
2.000 > A seq=44888 @keepalive
2.010 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.zero_window_probes, 2u);
  EXPECT_EQ(o.flow().c2s.trouble.keepalives, 1u);
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.at("linux", 1).final.segment_class,
            SegmentClass::zero_window_probe);
  EXPECT_EQ(o.at("keepalive").final.segment_class, SegmentClass::keepalive);
}

TEST(Trap, KeepaliveWithAnOctet) {
  const Outcome o = observe(kWarm + R"(
2.000 > A data=43440-43441 @keepalive
2.010 < A
3.000 > A data=43440-43441 @keepalive
3.010 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.keepalives, 2u);
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.flow().c2s.trouble.network_duplicates, 0u);
  EXPECT_EQ(o.flow().c2s.bytes, 43'440u);
}

TEST(Trap, WindowProbeWithTheNextOctet) {
  // BSD and Windows send the next octet, which a closed window refuses, and
  // again, and then with what follows it.
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448
0.070 < A win=0
5.000 > A data=44889-44890 @probe
5.010 < A ack=44889 sack=none win=0
10.000 > A data=44889-44890 @probe
10.010 < A ack=44889 sack=none win=502
10.020 > PA data=44889-46337
10.030 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.zero_window_probes, 2u);
  EXPECT_EQ(c2s.trouble.keepalives, 0u);
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(c2s.bytes, 32u * 1448);
  EXPECT_EQ(c2s.trouble.capture_gap_bytes, 0u);
}

TEST(Trap, WindowProbeThatTheReceiverTakes) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448
0.070 < A win=0
5.000 > A len=1 @probe
5.010 < A win=0
10.000 > A len=1 @probe
10.010 < A win=502
10.020 > PA len=1448
10.030 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.zero_window_probes, 2u);
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(c2s.bytes, 32u * 1448 + 2);
  EXPECT_EQ(c2s.trouble.capture_gap_bytes, 0u);
}

// 8. The IP length of a packet from the offload engine may be 0.
TEST(Trap, TotalLengthZero) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=14480 zerolen @first
+10 < A
+10 > PA len=60000 zerolen
+10 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.bytes, 74'480u);
  EXPECT_EQ(o.flow().c2s.segments, 10u + 42);
  EXPECT_EQ(o.flow().c2s.trouble.ip_ids_missing, 0);
  EXPECT_EQ(o.at("first").segment.payload_length, 14'480u);
}

// 9. Sequence numbers, clocks and IP-IDs wrap: observe() plays every exchange
// of these files across each of those edges.  Here one that wraps by itself.
TEST(Trap, FourGigabytesWrap) {
  std::string text = "set delay=10 midstream=1\n";
  std::uint64_t sent = 0;
  constexpr std::uint64_t kStep = 60'000;
  // Every 500 MB a packet is seen: what is between was not captured.
  for (int i = 0; i < 20; ++i) {
    text += "+10 > PA seq=" + std::to_string(1 + sent) +
            " len=60000\n+10 < A ack=" + std::to_string(1 + sent + kStep) +
            " sack=none\n";
    sent += 500'000'000;
  }
  const Outcome o = play(text);
  EXPECT_EQ(o.flow().c2s.bytes, 20 * kStep);
  EXPECT_EQ(o.flow().c2s.trouble.capture_gap_bytes,
            19u * (500'000'000 - kStep));
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.counters.seq_implausible, 0u);
  EXPECT_EQ(o.counters.ack_implausible, 0u);
}

// 10. An old ACK, overtaken on the way, takes nothing back.
TEST(Trap, OldAckLowersNothing) {
  const Outcome o = observe(kWarm + R"(
0.060 > PA len=1448 x6 every=0.1
0.0701 < A late=1 @old
0.0703 < A
0.0705 < A @latest
# Everything was acknowledged, so this is a keepalive and no retransmission.
1.000 > A seq=52128 @keepalive
1.010 < A
# And this was not needed.
1.100 > A data=50681-52129 @copy
1.110 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_GT(o.at("old").segment.time, o.at("latest").segment.time);
  EXPECT_EQ(o.at("keepalive").final.segment_class, SegmentClass::keepalive);
  EXPECT_EQ(o.at("copy").facts.necessity, Necessity::proven_spurious);
  EXPECT_EQ(o.at("old").facts.rtt_count, 0);
  EXPECT_EQ(o.flow().s2c.trouble.dup_acks, 0u);
}

}  // namespace
}  // namespace netlat::test
