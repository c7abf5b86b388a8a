// The text itself: what a line becomes.

#include <gtest/gtest.h>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

TEST(Exchange, ASmallOne) {
  const Outcome o = play(R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=100
+12 < PA len=1000
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().handshake, HandshakeOutcome::established);
  std::puts(o.text().c_str());
}

}  // namespace
}  // namespace netlat::test
