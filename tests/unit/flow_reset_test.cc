// Resets that count and resets that a host drops; what the facts of a reset
// and of a copy say.

#include <gtest/gtest.h>

#include "tests/support/segments.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

constexpr Ends kClient{1, true}, kServer{1, false};

TEST(Reset, ThatAcknowledgesNothingSentDoesNotAnswerASyn) {
  // RFC 9293 3.10.7.3: in SYN-SENT it is dropped, so the connection goes on.
  for (const std::uint32_t ack : {0u, 1000u, 1002u}) {
    SCOPED_TRACE(ack);
    TableRun run;
    const auto syn = run.put(tcp_segment(kClient, kSyn, 1000));
    run.put(tcp_segment(kServer, kRst | kAck, 0, ack));
    const auto answer =
        run.put(tcp_segment(kServer, kSyn | kAck, 5000, 1001), 20ms);
    EXPECT_EQ(answer.flow_id, syn.flow_id);
    EXPECT_EQ(answer.relative_seq, 0u);
    ASSERT_EQ(answer.rtt_count, 1);
    EXPECT_EQ(answer.rtt[0].acks_frame, 1u);
    run.put(tcp_segment(kClient, kAck, 1001, 5001));
    run.finish();
    ASSERT_EQ(run.reports().size(), 1u);
    EXPECT_EQ(run.reports()[0].end, FlowEnd::open);
  }
}

TEST(Reset, AnswersASynWithData) {
  TableRun run;
  run.put(tcp_segment(kClient, kSyn, 1000, 0, 300));
  run.put(tcp_segment(kServer, kRst | kAck, 0, 1301), 5ms);
  run.finish();
  ASSERT_EQ(run.reports().size(), 1u);
  EXPECT_EQ(run.reports()[0].end, FlowEnd::rst);
}

TEST(Reset, NothingIsTimedAfterIt) {
  // A host that forgot the connection is not measured by what it ignores.
  TableRun run;
  run.put(tcp_segment(kClient, kSyn, 1000));
  run.put(tcp_segment(kServer, kSyn | kAck, 5000, 1001));
  run.put(tcp_segment(kClient, kRst, 1001));
  const auto late = run.put(tcp_segment(kClient, kAck, 1001, 5001, 100), 15s);
  EXPECT_EQ(late.rtt_count, 0);
}

TEST(Facts, AcknowledgmentOfAResetAndOfACopy) {
  TableRun run;
  run.put(tcp_segment(kClient, kSyn, 1000));
  run.put(tcp_segment(kServer, kSyn | kAck, 5000, 1001));
  run.put(tcp_segment(kClient, kAck, 1001, 5001));
  Segment data = tcp_segment(kClient, kAck, 1001, 5001, 100);
  data.has_ip_id = true;
  data.ip_id = 77;
  run.put(data);
  const auto copy = run.put(data);
  EXPECT_EQ(copy.segment_class, SegmentClass::capture_duplicate);
  EXPECT_EQ(copy.relative_seq, 1u);
  EXPECT_EQ(copy.relative_ack, 1u);
  const auto reset = run.put(tcp_segment(kServer, kRst | kAck, 5001, 1101));
  EXPECT_EQ(reset.relative_seq, 1u);
  EXPECT_EQ(reset.relative_ack, 101u);
  const auto bare = run.put(tcp_segment(kServer, kRst, 5001, 77));
  EXPECT_EQ(bare.relative_ack, 0u) << "it acknowledges nothing";
}

TEST(Facts, AcknowledgmentOfAnUnseenSender) {
  TableRun run;
  const auto reset = run.put(tcp_segment(kServer, kRst | kAck, 5001, 1101));
  EXPECT_EQ(reset.relative_ack, 1u) << "as Wireshark counts";
}

}  // namespace
}  // namespace netlat::test
