#include "netlat/term/flow_trace.h"

#include <gtest/gtest.h>

namespace netlat {
namespace {

using std::chrono::milliseconds;

SegmentRow segment(int ms, Dir dir, std::uint32_t length,
                   SegmentClass what = SegmentClass::new_data) {
  SegmentRow s;
  s.time = stamp_ns(0) + milliseconds(ms);
  s.dir = dir;
  s.length = length;
  s.what = what;
  return s;
}

TEST(FlowTrace, TurnsAreWhatTheRecordsSay) {
  FlowTrace trace;
  trace.add(segment(0, Dir::c2s, 100));
  trace.add(segment(2, Dir::c2s, 50));
  trace.add(segment(200, Dir::c2s, 100, SegmentClass::retransmission));
  SegmentRow response = segment(230, Dir::s2c, 1000);
  response.service = milliseconds(20);
  trace.add(response);
  trace.add(segment(240, Dir::s2c, 500));
  trace.add(segment(450, Dir::s2c, 500, SegmentClass::retransmission));
  SegmentRow next = segment(500, Dir::c2s, 7);
  next.elapsed = milliseconds(450);
  trace.add(next);
  trace.add(segment(510, Dir::s2c, 7));

  ASSERT_EQ(trace.turns().size(), 2u);
  EXPECT_FALSE(trace.turns().back().service);  // the record did not say
  EXPECT_FALSE(trace.turns().back().elapsed);
  const TraceTurn& turn = trace.turns().front();
  const auto at = [](Stamp t) { return (t - stamp_ns(0)) / milliseconds(1); };
  EXPECT_EQ(at(turn.request), 0);
  EXPECT_EQ(at(turn.request_end), 2);
  EXPECT_EQ(at(turn.request_again), 200);
  EXPECT_EQ(at(turn.response), 230);
  EXPECT_EQ(at(turn.response_end), 240);
  EXPECT_EQ(at(turn.response_again), 450);
  EXPECT_EQ(turn.service, milliseconds(20));
  EXPECT_EQ(turn.elapsed, milliseconds(450));
  EXPECT_EQ(turn.sent, 150u);
  EXPECT_EQ(turn.received, 1500u);
}

TEST(FlowTrace, AnAnswerOfTheServerIsOfTheHalfTowardsIt) {
  FlowTrace trace;
  SegmentRow s = segment(1, Dir::s2c, 0, SegmentClass::pure_ack);
  s.rtt = milliseconds(1);
  trace.add(s);
  s.dir = Dir::c2s;
  trace.add(s);
  s.rtt.reset();
  trace.add(s);
  ASSERT_EQ(trace.samples().size(), 2u);
  EXPECT_EQ(trace.samples()[0].half, Dir::c2s);
  EXPECT_EQ(trace.samples()[1].half, Dir::s2c);
}

TEST(FlowTrace, MarksByWhatHappened) {
  struct Case {
    const char* name;
    SegmentClass what;
    std::optional<RetransmitCause> cause;
    bool closes;
    std::optional<MarkKind> mark;
  };
  const Case cases[] = {
      {"data", SegmentClass::new_data, {}, false, {}},
      {"fast", SegmentClass::retransmission, RetransmitCause::fast, false,
       MarkKind::sent_again},
      {"timer", SegmentClass::late_fill, RetransmitCause::rto, false,
       MarkKind::timed_out},
      {"overtaken", SegmentClass::reordered, {}, false, MarkKind::out_of_order},
      {"probe",
       SegmentClass::zero_window_probe,
       {},
       false,
       MarkKind::window_closed},
      {"closed", SegmentClass::pure_ack, {}, true, MarkKind::window_closed},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FlowTrace trace;
    SegmentRow s = segment(1, Dir::c2s, 10, c.what);
    s.cause = c.cause;
    s.closes_window = c.closes;
    trace.add(s);
    ASSERT_EQ(trace.marks().size(), c.mark ? 1u : 0u);
    if (!c.mark) continue;
    EXPECT_EQ(trace.marks().front().kind, *c.mark);
  }
}

TEST(FlowTrace, KeepsTheLatestOfALongConnection) {
  FlowTrace trace;
  for (int i = 0; i < 30'000; ++i) {
    SegmentRow s = segment(i, Dir::s2c, 0, SegmentClass::retransmission);
    s.rtt = milliseconds(1);
    trace.add(s);
  }
  EXPECT_EQ(trace.samples().size(), FlowTrace::kMost);
  EXPECT_EQ(trace.marks().size(), FlowTrace::kMost);
  EXPECT_EQ(trace.packets(), 30'000u);
  EXPECT_EQ(trace.samples().back().time, *trace.last());
}

}  // namespace
}  // namespace netlat
