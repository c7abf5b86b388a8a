// Connections that did not agree on SACK: what partial and repeated ACKs say.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

const std::string kNoSack = "set sack=0\n" + kWarm;

TEST(WithoutSack, APartialAckCallsForTheNextHole) {
  // Two holes: three duplicate ACKs bring the first repeat, the partial ACK
  // that answers it the second (RFC 6582).
  const Outcome o = observe(kNoSack + R"(
0.060 > PA len=1448
+0.1 > PA len=1448 lost
+0.1 > PA len=1448 x2 every=0.1
+0.1 > PA len=1448 lost
+0.1 > PA len=1448 x3 every=0.1
0.0701 < A
0.0703 < A x5 every=0.1
0.0806 > A data=44889-46337 @first
0.0907 < A
0.1008 > A data=49233-50681 @second
0.1109 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("second").final.segment_class, SegmentClass::retransmission);
  EXPECT_EQ(cause(o.flow().c2s, RetransmitCause::fast), 2u);
}

TEST(WithoutSack, AnAckThatMovesNothingAnswersADeliveredCopy) {
  const Outcome o = observe(kNoSack + R"(
0.060 > PA len=1448 twice=0.05
0.0701 < A
0.0702 < A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.network_duplicates, 1u);
  EXPECT_EQ(o.flow().c2s.trouble.capture_duplicates, 0u);
}

TEST(WithoutSack, ACopyThatNobodyAnswersWasOnlyCapturedTwice) {
  const Outcome o = observe(kNoSack + R"(
0.060 > PA len=1448 twice=0.05
0.0701 < A
)",
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.network_duplicates, 0u);
  EXPECT_EQ(o.flow().c2s.trouble.capture_duplicates, 1u);
}

}  // namespace
}  // namespace netlat::test
