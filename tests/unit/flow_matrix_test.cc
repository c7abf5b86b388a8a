// Exchanges that were made with a kernel in between two capture points, whose
// counters said what had really happened.  Written down packet by packet and
// shown to both: round trip 20 ms unless said otherwise.  The client sends, so
// Tap::client is beside the sender and Tap::server beside the receiver.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

constexpr auto cause(const FinishedHalf& half, RetransmitCause c) {
  return half.trouble.by_cause[static_cast<std::size_t>(c)];
}

/// A connection that has sent 30 segments and had them acknowledged: enough
/// to know the round trip and to trust the IP-ID.
const std::string kWarm = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=1448 x30 every=0.1
0.0311 < A x15 every=0.2
)";

// Ten more segments begin at 43441; segment i at 43441 + 1448 i.
const std::string kDropOne = kWarm + R"(
0.060 > PA len=1448 x4 every=0.1
+0.1 > PA len=1448 lost @lost
+0.1 > PA len=1448 x5 every=0.1
0.0701 < A
+0.2 < A
+0.2 < A x5 every=0.1
# Three duplicate ACKs have come back.
0.0809 > A data=49233-50681 @copy
0.0909 < A
)";

TEST(Matrix, DropOneAtTheSender) {
  const Outcome o = observe(kDropOne);
  SCOPED_TRACE(o.text());
  const Trouble& t = o.flow().c2s.trouble;
  EXPECT_EQ(t.retransmits(), 1u);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::fast), 1u);
  EXPECT_EQ(o.at("copy").final.place, LossPlace::downstream);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven);
  EXPECT_EQ(t.necessary_proven, 1u);
  EXPECT_EQ(t.lost_downstream_proof + t.lost_downstream_strong, 1u);
  EXPECT_EQ(t.lost_by_sequence, 0u);
  EXPECT_EQ(t.ip_ids_missing, 0);
  EXPECT_EQ(t.reordered, 0u);
  EXPECT_EQ(o.flow().c2s.bytes, 40u * 1448);
  EXPECT_EQ(o.flow().s2c.trouble.dup_acks, 5u);
}

TEST(Matrix, DropOneAtTheReceiver) {
  const Outcome o = observe(kDropOne, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const Trouble& t = o.flow().c2s.trouble;
  EXPECT_EQ(t.retransmits(), 1u);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::fast), 1u);
  EXPECT_EQ(o.at("copy").final.segment_class, SegmentClass::late_fill);
  EXPECT_EQ(o.at("copy").final.place, LossPlace::upstream);
  EXPECT_EQ(o.at("copy").final.confidence, Confidence::proof);
  EXPECT_EQ(t.lost_by_sequence, 1u);
  EXPECT_EQ(t.ip_ids_missing, 1);
  EXPECT_EQ(t.reordered, 0u);
  EXPECT_EQ(t.necessary_spurious, 0u);
  EXPECT_EQ(o.flow().c2s.bytes, 40u * 1448);
}

const std::string kDropLast = kWarm + R"(
0.060 > PA len=1448 x9 every=0.1
+0.1 > PA len=1448 lost @lost
0.0701 < A x4 every=0.2
+0.1 < A
# One segment in flight: probe and timer look alike.
0.3079 > PA data=56473-57921 @copy
0.3179 < A
)";

TEST(Matrix, DropLastAtTheSender) {
  const Outcome o = observe(kDropLast);
  SCOPED_TRACE(o.text());
  const Trouble& t = o.flow().c2s.trouble;
  EXPECT_EQ(t.retransmits(), 1u);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::tlp_or_rto), 1u);
  EXPECT_EQ(o.at("copy").final.place, LossPlace::downstream);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven);
  // From the last progress to the ACK of the copy.
  EXPECT_NEAR(static_cast<double>(t.stall.count()), 247e6, 1e6);
}

TEST(Matrix, DropLastAtTheReceiver) {
  const Outcome o = observe(kDropLast, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.at("copy").final.segment_class, SegmentClass::new_data);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 1);
  EXPECT_GE(c2s.ip_id_steps, 20);
  EXPECT_EQ(c2s.bytes, 40u * 1448);
}

const std::string kDropLastTwo = kWarm + R"(
0.060 > PA len=1448 x8 every=0.1
+0.1 > PA len=1448 lost x2 every=0.1
0.0701 < A x4 every=0.2
# 44 ms after the last ACK, 80.7: a probe with the last segment.
0.1247 > PA data=56473-57921 lost @probe
0.3247 > A data=55025-56473 lost @timer1
0.7247 > A data=55025-56473 lost @timer2
1.5247 > A data=55025-56473 @timer3
1.5347 < A
1.5447 > PA data=56473-57921 @goback
1.5547 < A
)";

TEST(Matrix, DropLastTwoAndThreeRepeatsAtTheSender) {
  const Outcome o = observe(kDropLastTwo);
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 5u);
  EXPECT_EQ(cause(c2s, RetransmitCause::tlp), 1u);
  EXPECT_EQ(cause(c2s, RetransmitCause::rto), 3u);
  EXPECT_EQ(cause(c2s, RetransmitCause::timeout_recovery), 1u);
  EXPECT_EQ(o.at("goback").facts.cause, RetransmitCause::timeout_recovery);
  EXPECT_EQ(c2s.trouble.necessary_spurious, 0u);
}

TEST(Matrix, DropLastTwoAndThreeRepeatsAtTheReceiver) {
  const Outcome o = observe(kDropLastTwo, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 5);
}

const std::string kDelayTwo = kWarm + R"(
0.060 > PA len=1448 x8 every=0.1
+0.1 > PA len=1448 late=500 @late8
+0.1 > PA len=1448 late=500 @late9
0.0701 < A x4 every=0.2
0.1247 > PA data=56473-57921 @copy9
0.1347 < A @dup
0.1447 > A data=55025-56473 @copy8
0.1547 < A
# The originals, and the kernel's DSACK for each.
0.5708 < A
0.5709 < A
)";

TEST(Matrix, DelayTwoAtTheSender) {
  const Outcome o = observe(kDelayTwo);
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 2u);
  EXPECT_EQ(cause(c2s, RetransmitCause::tlp), 1u);
  EXPECT_EQ(cause(c2s, RetransmitCause::fast), 1u);
  EXPECT_EQ(c2s.trouble.necessary_spurious, 2u);
  EXPECT_EQ(c2s.trouble.necessary_proven, 0u);
  EXPECT_EQ(c2s.trouble.lost_downstream_proof, 0u);
  EXPECT_EQ(c2s.trouble.lost_downstream_strong, 0u);
  EXPECT_EQ(c2s.trouble.network_duplicates, 0u);
  EXPECT_EQ(o.at("copy8").final.necessity, Necessity::proven_spurious);
  EXPECT_EQ(o.at("copy9").final.necessity, Necessity::proven_spurious);
}

TEST(Matrix, DelayTwoAtTheReceiver) {
  const Outcome o = observe(kDelayTwo, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 2u);
  EXPECT_EQ(c2s.trouble.late_originals, 2u);
  EXPECT_EQ(c2s.trouble.necessary_spurious, 2u);
  EXPECT_EQ(c2s.trouble.necessary_proven, 0u);
  EXPECT_EQ(c2s.trouble.lost_by_sequence, 0u);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 0);
  EXPECT_EQ(c2s.trouble.network_duplicates, 0u);
  for (const char* label : {"late8", "late9"}) {
    EXPECT_EQ(o.at(label).final.segment_class,
              SegmentClass::reordered_late_original);
    EXPECT_EQ(o.at(label).final.confidence, Confidence::proof);
  }
  EXPECT_EQ(o.at("copy8").final.necessity, Necessity::proven_spurious);
  // What it copied had not come yet, so it passed as new and was acknowledged.
  EXPECT_EQ(o.at("copy9").final.segment_class, SegmentClass::new_data);
  EXPECT_EQ(cause(c2s, RetransmitCause::unknown), 1u);
  EXPECT_EQ(c2s.bytes, 40u * 1448);
}

const std::string kDelayOne = kWarm + R"(
0.060 > PA len=1448 x4 every=0.1
+0.1 > PA len=1448 late=12 @late
+0.1 > PA len=1448 x5 every=0.1
0.0701 < A x2 every=0.2
0.0705 < A x5 every=0.1
0.0808 > A data=49233-50681 @copy
0.0824 < A
0.0908 < A
)";

TEST(Matrix, DelayOneInABurstAtTheSender) {
  const Outcome o = observe(kDelayOne);
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.retransmits(), 1u);
  EXPECT_EQ(cause(c2s, RetransmitCause::fast), 1u);
  EXPECT_EQ(c2s.trouble.necessary_spurious, 1u);
  EXPECT_EQ(o.at("copy").final.confidence, Confidence::proof);
}

TEST(Matrix, DelayOneInABurstAtTheReceiver) {
  const Outcome o = observe(kDelayOne, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const FinishedHalf& c2s = o.flow().c2s;
  EXPECT_EQ(c2s.trouble.reordered, 1u);
  EXPECT_EQ(o.at("late").final.segment_class, SegmentClass::reordered);
  EXPECT_EQ(o.at("late").final.confidence, Confidence::proof);
  EXPECT_EQ(c2s.trouble.retransmits(), 1u);
  EXPECT_EQ(c2s.trouble.necessary_spurious, 1u);
  EXPECT_EQ(o.at("copy").final.necessity, Necessity::proven_spurious);
  EXPECT_EQ(c2s.trouble.lost_by_sequence, 0u);
  EXPECT_EQ(c2s.trouble.ip_ids_missing, 0);
}

const std::string kTwice = kWarm + R"(
0.060 > PA len=1448 x3 every=0.1
+0.1 > PA len=1448 twice=0.05 @first
+0.1 > PA len=1448 x3 every=0.1
+0.1 > PA len=1448 twice=0.05 @second
0.0701 < A
0.0703 < A
0.07035 < A @dsack1
0.0705 < A
0.0707 < A
0.07075 < A @dsack2
)";

TEST(Matrix, NetworkDuplicatesAtTheSender) {
  const Outcome o = observe(kTwice);
  SCOPED_TRACE(o.text());
  const Trouble& t = o.flow().c2s.trouble;
  EXPECT_EQ(t.retransmits(), 0u);
  EXPECT_EQ(t.network_duplicates, 2u);
  EXPECT_EQ(t.capture_duplicates, 0u);
}

TEST(Matrix, NetworkDuplicatesAtTheReceiver) {
  const Outcome o = observe(kTwice, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const Trouble& t = o.flow().c2s.trouble;
  EXPECT_EQ(t.retransmits(), 0u);
  EXPECT_EQ(t.network_duplicates, 2u);
  EXPECT_EQ(t.capture_duplicates, 0u);
  EXPECT_EQ(t.ip_ids_missing, 0);
  EXPECT_EQ(o.at("first", 1).final.segment_class,
            SegmentClass::network_duplicate);
  EXPECT_EQ(o.at("second", 1).final.segment_class,
            SegmentClass::network_duplicate);
}

const std::string kKeepalive = kWarm + R"(
1.060 > A seq=43440 @keepalive
1.070 < A
2.060 > A seq=43440 @keepalive
2.070 < A
3.060 > A seq=43440 @keepalive
3.070 < A
)";

TEST(Matrix, Keepalives) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kKeepalive, {.tap = tap});
    SCOPED_TRACE(o.text());
    const FinishedFlow& f = o.flow();
    EXPECT_EQ(f.c2s.trouble.keepalives, 3u);
    EXPECT_EQ(f.c2s.trouble.zero_window_probes, 0u);
    EXPECT_EQ(f.c2s.trouble.retransmits(), 0u);
    EXPECT_EQ(f.c2s.trouble.ip_ids_missing, 0);
    EXPECT_EQ(f.s2c.trouble.dup_acks, 0u);
    EXPECT_EQ(o.count(Dir::c2s, SegmentClass::keepalive), 3u);
  }
}

// The receiver stops reading: 16 segments are exactly its window, 181 << 7.
const std::string kStopsReading = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=1448 x30 every=0.1
0.0311 < A x15 every=0.2 win=181
0.060 > PA len=1448 x16 every=0.1
0.07151 < A ack=65161 win=12
# The ACK of the last segment waits 40 ms, the probe does not.
0.1115 < A win=0 @closed
0.1180 > PA data=65161-66609 @probe
0.1280 < A win=0
0.340 > A seq=66608 @window_probe
0.350 < A win=0
0.790 > A seq=66608 @window_probe
0.800 < A win=0
1.650 > A seq=66608 @window_probe
1.660 < A win=0
2.3115 < A win=181 @open
2.3215 > PA len=1448 x4
2.332 < A
)";

TEST(Matrix, ReceiverStopsReading) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kStopsReading, {.tap = tap});
    SCOPED_TRACE(o.text());
    const FinishedFlow& f = o.flow();
    EXPECT_EQ(f.c2s.trouble.zero_window_probes, 3u);
    EXPECT_EQ(f.c2s.trouble.keepalives, 0u);
    EXPECT_EQ(f.c2s.trouble.retransmits(), 1u);
    EXPECT_EQ(f.c2s.trouble.necessary_spurious, 1u);
    EXPECT_EQ(o.at("probe").final.necessity, Necessity::proven_spurious);
    EXPECT_EQ(f.c2s.trouble.window_full, 1u);
    EXPECT_EQ(f.s2c.trouble.zero_windows, 1u);
    EXPECT_NEAR(static_cast<double>(f.s2c.trouble.zero_window.count()), 2.2e9,
                1e7);
    EXPECT_EQ(f.c2s.trouble.ip_ids_missing, 0);
    EXPECT_LT(f.c2s.trouble.stall, 50ms) << "a closed window is no recovery";
    // Beside the receiver the window is seen to close before the probe comes,
    // which the sender could not know.
    EXPECT_EQ(o.at("probe").final.cause, tap == Tap::client
                                             ? RetransmitCause::tlp_or_rto
                                             : RetransmitCause::persist);
  }
}

const std::string kPortReuse = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=100
+12 < PA len=200
+12 > RA
new
0.200 > S
+10 < SA
+10 > A
+1 > PA len=100
+12 < PA len=200
)";

TEST(Matrix, PortReuseAfterReset) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kPortReuse, {.tap = tap});
    SCOPED_TRACE(o.text());
    ASSERT_EQ(o.flows.size(), 2u);
    EXPECT_TRUE(o.unanswered.empty());
    EXPECT_FALSE(o.flows[0].reused);
    EXPECT_TRUE(o.flows[1].reused);
    EXPECT_EQ(o.flows[0].end, FlowEnd::rst);
    EXPECT_EQ(o.flows[1].end, FlowEnd::open);
    EXPECT_EQ(o.flows[1].handshake, HandshakeOutcome::established);
    for (const FinishedFlow& f : o.flows) {
      EXPECT_EQ(f.c2s.bytes, 100u);
      EXPECT_EQ(f.s2c.bytes, 200u);
      EXPECT_EQ(f.c2s.trouble.retransmits(), 0u);
      EXPECT_EQ(f.turns, 1u);
    }
  }
}

/// Round trip 10.4 ms, server work 30.2 ms, 20 turns.
std::string request_response() {
  std::string text = "set delay=5.2\n0.000 > S\n+5.2 < SA\n+5.2 > A\n";
  for (int i = 0; i < 20; ++i) {
    text += "+1 > PA len=100\n+35.4 < PA len=400\n+5.2 > A\n";
  }
  return text;
}

TEST(Matrix, RequestResponseAtTheClient) {
  const Outcome o = observe(request_response());
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().turns, 20u);
  const auto services = o.services();
  EXPECT_EQ(services.size(), 20u);
  for (const Nanos service : services) EXPECT_EQ(service, 30'200us);
  const auto network = o.samples(Dir::c2s, true);
  ASSERT_FALSE(network.empty());
  for (const Nanos rtt : network) EXPECT_EQ(rtt, 10'400us);
  auto latency = o.samples(Dir::c2s, false);
  ASSERT_GE(latency.size(), 20u);
  std::nth_element(latency.begin(), latency.begin() + 10, latency.end());
  EXPECT_EQ(latency[10], 40'600us);
}

TEST(Matrix, RequestResponseAtTheServer) {
  const Outcome o = observe(request_response(), {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const auto services = o.services();
  EXPECT_EQ(services.size(), 20u);
  for (const Nanos service : services) EXPECT_EQ(service, 30'200us);
  const auto network = o.samples(Dir::s2c, true);
  EXPECT_GE(network.size(), 20u);
  for (const Nanos rtt : network) EXPECT_EQ(rtt, 10'400us);
}

/// What must not appear in a transfer without loss.
void expect_no_trouble(const FinishedFlow& f) {
  for (const FinishedHalf* half : {&f.c2s, &f.s2c}) {
    const Trouble& t = half->trouble;
    EXPECT_EQ(t.retransmits(), 0u);
    EXPECT_EQ(t.reordered, 0u);
    EXPECT_EQ(t.late_originals, 0u);
    EXPECT_EQ(t.network_duplicates, 0u);
    EXPECT_EQ(t.ip_ids_missing, 0);
    EXPECT_EQ(t.dup_acks, 0u);
    EXPECT_EQ(t.keepalives, 0u);
    EXPECT_EQ(t.capture_gap_bytes, 0u);
  }
  EXPECT_EQ(f.c2s.bytes, 30u * 1448 + 1000);
  EXPECT_EQ(f.s2c.bytes, 20'000u);
}

const std::string kForwarded = kWarm + R"(
0.100 > PA len=1000
0.110 < A
+5 < PA len=1000 x20
0.1256 > A x10 every=0.02
0.140 > FA
0.150 < FA
0.160 > A
)";

TEST(Matrix, AnyInterfaceWithInterfaceNumbers) {
  const Outcome o = observe(kForwarded, {.carrier = Carrier::any_sll2});
  SCOPED_TRACE(o.text());
  ASSERT_EQ(o.flows.size(), 2u) << "a flow at each of the two interfaces";
  EXPECT_EQ(o.scopes, 3u) << "the empty one and two";
  for (const FinishedFlow& f : o.flows) {
    expect_no_trouble(f);
    EXPECT_EQ(f.c2s.trouble.capture_duplicates, 0u);
    EXPECT_FALSE(f.reused);
    EXPECT_EQ(f.end, FlowEnd::fin);
  }
}

TEST(Matrix, AnyInterfaceWithoutInterfaceNumbers) {
  for (const Carrier carrier : {Carrier::any_sll, Carrier::any_ethernet}) {
    const Outcome o = observe(kForwarded, {.carrier = carrier});
    SCOPED_TRACE(o.text());
    expect_no_trouble(o.flow());
    EXPECT_EQ(o.flow().c2s.trouble.capture_duplicates +
                  o.flow().s2c.trouble.capture_duplicates,
              o.captured.size() / 2 - 1)
        << "all but the SYN's copy, which came before the connection";
    for (const Captured& c : o.captured) {
      if (!c.copy) continue;
      EXPECT_EQ(c.final.segment_class, SegmentClass::capture_duplicate);
    }
  }
}

}  // namespace
}  // namespace netlat::test
