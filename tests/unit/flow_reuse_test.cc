// How connections follow each other: reuse of the addresses, silence.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

struct ReuseCase {
  const char* name;
  const char* close;  ///< how the first connection ends
  const char* begin;  ///< `new` or `new same`
  FlowEnd end;        ///< of the first
};
void PrintTo(const ReuseCase& c, std::ostream* out) {
  *out << c.name;
}

class Reuse : public ::testing::TestWithParam<ReuseCase> {};

TEST_P(Reuse, IsAnotherConnection) {
  const ReuseCase& c = GetParam();
  const Outcome o = observe(kSetup + "+1 > PA len=100\n+10 < A\n" + c.close +
                            "\n" + c.begin + R"(
1.000 > S
+10 < SA
+10 > A
+1 > PA len=200
+10 < A
)");
  SCOPED_TRACE(o.text());
  ASSERT_EQ(o.flows.size(), 2u);
  EXPECT_EQ(o.flows[0].end, c.end);
  EXPECT_EQ(o.flows[0].c2s.bytes, 100u);
  EXPECT_EQ(o.flows[1].c2s.bytes, 200u);
  EXPECT_TRUE(o.flows[1].reused);
  EXPECT_EQ(o.flows[1].handshake, HandshakeOutcome::established);
  EXPECT_EQ(o.flows[1].syn_retransmits, 0u);
  EXPECT_EQ(o.counters.connections, 2u);
}

constexpr const char* kFins = "+1 > FA\n+10 < FA\n+10 > A\n";

INSTANTIATE_TEST_SUITE_P(
    Ends, Reuse,
    ::testing::Values(
        ReuseCase{"other number after FIN", kFins, "new", FlowEnd::fin},
        ReuseCase{"same number after FIN", kFins, "new same", FlowEnd::fin},
        ReuseCase{"other number after RST", "+1 > RA\n", "new", FlowEnd::rst},
        ReuseCase{"same number after RST", "+1 > RA\n", "new same",
                  FlowEnd::rst},
        ReuseCase{"other number, not closed", "", "new", FlowEnd::open}),
    [](const auto& param) { return "case" + std::to_string(param.index); });

TEST(ReuseOrNot, SameNumberWhileOpenIsARetry) {
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < SA lost
1.000 > S seq=0
+10 < SA seq=0
+10 > A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_FALSE(o.flow().reused);
  EXPECT_EQ(o.flow().syn_retransmits, 1u);
  EXPECT_EQ(o.flow().synack_retransmits, 1u);
}

TEST(ReuseOrNot, AnotherSynWhileUnanswered) {
  const Outcome o = observe(R"(
set delay=10
0.000 > S
new
1.000 > S
+10 < SA
+10 > A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.unanswered.size(), 1u);
  EXPECT_TRUE(o.flow().reused);
  EXPECT_EQ(o.flow().id, 1u);
}

TEST(ReuseOrNot, LateSynAckOfAResetConnection) {
  // A port scan: the scanner's host resets what it did not ask for, and the
  // server, which has not heard, repeats its answer.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < SA
+10 > R lost
1.010 < SA seq=0
+10 > R
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().synack_retransmits, 1u);
  EXPECT_EQ(o.flow().end, FlowEnd::rst);
}

TEST(ReuseOrNot, LateFinOfAClosedConnection) {
  const Outcome o = observe(kSetup + R"(
+1 > FA
+10 < FA
+10 > A lost
+220 < FA seq=1
+10 > A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().end, FlowEnd::fin);
  EXPECT_EQ(o.flow().s2c.trouble.retransmits(), 1u);
}

TEST(Idle, ASilenceEndsAConnectionWithoutAClose) {
  const Outcome o = observe(kSetup + R"(
+1 > PA len=100
+10 < A
400.000 > PA len=100
+10 < A
)");
  SCOPED_TRACE(o.text());
  ASSERT_EQ(o.flows.size(), 2u);
  EXPECT_EQ(o.flows[0].end, FlowEnd::idle);
  EXPECT_EQ(o.flows[1].end, FlowEnd::open);
  EXPECT_TRUE(o.flows[1].reused);
  EXPECT_EQ(o.counters.idle_splits, 1u);
}

TEST(Idle, ButNotBeforeItsTimeNorInARecovery) {
  const Outcome shorter = observe(kSetup + "299.000 > PA len=100\n");
  EXPECT_EQ(shorter.flow().c2s.bytes, 100u) << shorter.text();
  const Outcome recovery = observe(kSetup + R"(
+1 > PA len=100 lost
+220 > PA seq=1 len=100 lost
400.000 > PA seq=1 len=100
+10 < A
)");
  SCOPED_TRACE(recovery.text());
  EXPECT_EQ(recovery.flow().c2s.trouble.retransmits(), 2u);
  View impatient;
  impatient.limits.idle_split = 10s;
  const Outcome sooner = observe(kSetup + "20.000 > PA len=100\n", impatient);
  EXPECT_EQ(sooner.flows.size(), 2u) << sooner.text();
}

}  // namespace
}  // namespace netlat::test
