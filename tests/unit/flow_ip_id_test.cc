// Losses told by the IP-ID alone, where the counter begins.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

// Twenty-five small requests, each acknowledged.
const std::string kRequests = R"(
+20 > PA len=300 x25 every=0.1
+20 < A
)";

const std::string kLostAtTheStart = R"(
0.000 > S
0.010 < SA
0.020 > A lost
0.0201 > PA len=300 lost
0.220 > PA data=1-301 lost
0.620 > PA data=1-301
+10 < A
)" + kRequests;

TEST(IpId, CountsFromTheSyn) {
  const Outcome o = observe(kLostAtTheStart, {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.ip_ids_missing, 3);
  EXPECT_GE(o.flow().c2s.ip_id_steps, 20);
}

TEST(IpId, CountsFromTheLatestSyn) {
  const Outcome o = observe(R"(
0.000 > S
0.010 < SA lost unseen
1.000 > S seq=0
1.010 < SA seq=0
1.020 > A lost
1.0201 > PA len=300
+10 < A
)" + kRequests,
                            {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().c2s.trouble.ip_ids_missing, 1);
}

// A SYN that another host sent, as proxies do, has a number of its own.
TEST(IpId, BelievesNoJumpAfterTheSyn) {
  for (const char* id : {"id=500", "id=18", "id=40000"}) {
    const Outcome o = observe(std::string(R"(
0.000 > S
0.010 < SA
0.020 > A )") + id + kRequests,
                              {.tap = Tap::server});
    SCOPED_TRACE(o.text());
    EXPECT_EQ(o.flow().c2s.trouble.ip_ids_missing, 0) << id;
    EXPECT_LE(o.flow().c2s.trouble.ip_id_irregular, 1u) << id;
    EXPECT_GE(o.flow().c2s.ip_id_steps, 20) << id;
  }
}

// A server's SYN-ACK carries no number, so nothing tells how many packets the
// hole before its first numbered one was.
TEST(IpId, ACounterThatBeginsBehindAHoleCountsLess) {
  const std::string head = R"(
0.000 > S
0.010 < SA
0.020 > A
0.0201 > PA len=300
)";
  const std::string tail = R"(
+10 < PA len=1448 x30 every=0.1
+20 > A
)";
  const Outcome whole = observe(head + tail);
  EXPECT_FALSE(whole.flow().s2c.trouble.ip_id_behind_hole);
  const Outcome behind = observe(head + "+10 < PA len=1448 lost\n" + tail +
                                 "+40 < PA data=1-1449\n+20 > A\n");
  SCOPED_TRACE(behind.text());
  EXPECT_TRUE(behind.flow().s2c.trouble.ip_id_behind_hole);
  EXPECT_EQ(behind.flow().s2c.trouble.lost_by_sequence, 1u);
}

}  // namespace
}  // namespace netlat::test
