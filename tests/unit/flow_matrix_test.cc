// Exchanges that were made with a kernel in between two capture points, whose
// counters said what had really happened.  Written down packet by packet and
// shown to both: round trip 20 ms unless said otherwise.  The client sends, so
// Tap::client is beside the sender and Tap::server beside the receiver.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

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
  EXPECT_EQ(o.counters.copies, 4u) << "each found and taken back";
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

}  // namespace
}  // namespace netlat::test
