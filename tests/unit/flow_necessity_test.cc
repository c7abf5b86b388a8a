// Which of several copies the receiver needed.

#include <gtest/gtest.h>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

TEST(Necessity, CopiesThatWereLostInTurnWereNeeded) {
  // The last segment, a probe and the first timeout's copy are lost; the
  // second timeout's copy arrives.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=1448 x30 every=0.1
0.0311 < A x15 every=0.2
0.060 > PA len=1448 lost
0.110 > PA data=43441-44889 lost
0.330 > PA data=43441-44889 lost
0.750 > PA data=43441-44889 @second
0.7601 < A
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("second").final.necessity, Necessity::proven);
  EXPECT_EQ(o.flow().c2s.trouble.necessary_proven, 3u);
  EXPECT_EQ(o.flow().c2s.trouble.lost_downstream_proof, 3u);
}

}  // namespace
}  // namespace netlat::test
