// Segments that the receiving host merged before the capture saw them (GRO).

#include <gtest/gtest.h>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

// The third of four merged segments was delivered twice: its copy could not
// be merged and follows alone.
constexpr const char* kCopyBehindTheWhole = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=1448 x30 every=0.1
0.0311 < A x15 every=0.2
0.060 > PA len=5792 id=60 tsval=60
+0.02 > PA data=46337-47785 id=62 tsval=60 @copy
0.0701 < A sack=46337-47785
)";

TEST(Merged, ACopyOfOnePieceIsNoRetransmission) {
  const Outcome o = observe(kCopyBehindTheWhole, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.at("copy").final.segment_class, SegmentClass::network_duplicate);
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(o.flow().c2s.trouble.network_duplicates, 1u);
}

TEST(Merged, WithoutAnIpIdTheCopyMustBeAsFast) {
  const Outcome o =
      observe(kCopyBehindTheWhole, {.tap = Tap::server, .ipv6 = true});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.retransmits(), 0u);
}

}  // namespace
}  // namespace netlat::test
