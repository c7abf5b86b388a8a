// The third trap: several SYNs, one answer.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

struct SynCase {
  const char* name;
  const char* text;
  std::int64_t server_rtt;  // ns
  bool ambiguous;
  unsigned retransmits;
  const char* answered;  // label
};

void PrintTo(const SynCase& c, std::ostream* out) {
  *out << c.name;
}

class TrapSyn : public ::testing::TestWithParam<SynCase> {};

TEST_P(TrapSyn, TheAnsweredOneIsTimed) {
  const SynCase& c = GetParam();
  const Outcome o = observe(c.text);
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.server_rtt, c.server_rtt);
  EXPECT_EQ(f.ambiguous, c.ambiguous);
  EXPECT_EQ(f.syn_retransmits, c.retransmits);
  EXPECT_EQ(f.c2s.trouble.by_cause[0], c.retransmits);
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.connect, to_ns(o.at("ack").segment.time) -
                           to_ns(o.captured[0].segment.time));
  const SegmentFacts& facts = o.at("answer").facts;
  EXPECT_EQ(facts.rtt_count, c.ambiguous ? 0 : 1);
  if (c.answered != nullptr) {
    EXPECT_EQ(facts.rtt[0].acks_frame, o.at(c.answered).segment.frame);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Syns, TrapSyn,
    ::testing::Values(SynCase{"once", R"(
set delay=10
0.000 > S @first
+10 < SA @answer
+10 > A @ack
)",
                              20'000'000, false, 0, "first"},
                      SynCase{"the first was lost", R"(
set delay=10
0.000 > S lost @first
1.000 > S seq=0 @second
+10 < SA @answer
+10 > A @ack
)",
                              20'000'000, false, 1, "second"},
                      SynCase{"the first was slow", R"(
set delay=10
0.000 > S late=1100 @first
1.000 > S seq=0 lost @second
1.110 < SA @answer
+10 > A @ack
)",
                              1'120'000'000, false, 1, "first"},
                      SynCase{"of five the last", R"(
set delay=10
0.000 > S lost
1.000 > S seq=0 lost
3.000 > S seq=0 lost
7.000 > S seq=0 lost
15.000 > S seq=0 @last
+10 < SA @answer
+10 > A @ack
)",
                              20'000'000, false, 4, "last"},
                      SynCase{"of three the second: unknown", R"(
set delay=10
0.000 > S lost
1.000 > S seq=0 late=2200
3.000 > S seq=0 lost
3.210 < SA @answer
+10 > A @ack
)",
                              -1, true, 2, nullptr},
                      SynCase{"no timestamps", R"(
set delay=10 ts=0
0.000 > S lost
1.000 > S seq=0
+10 < SA @answer
+10 > A @ack
)",
                              -1, true, 1, nullptr},
                      SynCase{"the clock stood still", R"(
set delay=10
0.000 > S tsval=5 lost
0.500 > S seq=0 tsval=5
+10 < SA @answer
+10 > A @ack
)",
                              -1, true, 1, nullptr}),
    [](const auto& param) { return "case" + std::to_string(param.index); });

}  // namespace
}  // namespace netlat::test
