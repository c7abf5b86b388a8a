// The text of the exchanges themselves: what a line becomes, what the hosts
// write, who sees it.

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

using Blocks = std::vector<std::pair<std::int64_t, std::int64_t>>;

TEST(Exchange, HostsFillInNumbers) {
  const auto sent = parse_exchange(R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=100 x2 every=0.5
+11 < A
)");
  ASSERT_EQ(sent.size(), 6u);
  EXPECT_EQ(sent[1].ack, 1);
  EXPECT_FALSE(sent[1].ip_id) << "a SYN-ACK carries none";
  EXPECT_EQ(sent[1].tsecr, 0u) << "the SYN's clock";
  EXPECT_EQ(sent[3].seq, 1);
  EXPECT_EQ(sent[4].seq, 101);
  EXPECT_EQ(sent[4].time, 21'500us);
  EXPECT_EQ(*sent[4].ip_id, 3u) << "after SYN, ACK and data";
  EXPECT_EQ(sent[5].ack, 201) << "both have arrived";
  EXPECT_EQ(sent[5].tsecr, 21u) << "the first since the last ACK";
  EXPECT_TRUE(sent[5].sack.empty());
}

TEST(Exchange, ReceiverReportsWhatItHasAheadAndTwice) {
  const auto sent = parse_exchange(R"(
set delay=10 midstream=1
0.000 > A len=100 lost
+1 > A len=100
+1 > A len=100 lost
+1 > A len=100
0.0125 < A
0.0135 < A
0.020 > A seq=1 len=100
0.031 < A
0.040 > A seq=1 len=100
0.051 < A
0.052 < A
)");
  EXPECT_EQ(sent[4].sack, (Blocks{{101, 201}}));
  EXPECT_EQ(sent[5].sack, (Blocks{{301, 401}, {101, 201}})) << "latest first";
  EXPECT_EQ(sent[7].ack, 201);
  EXPECT_EQ(sent[7].sack, (Blocks{{301, 401}}));
  EXPECT_EQ(sent[9].sack, (Blocks{{1, 101}, {301, 401}})) << "DSACK first";
  EXPECT_EQ(sent[10].sack, (Blocks{{301, 401}})) << "and once";
}

TEST(Exchange, EachTapSeesItsOwn) {
  const char* const text = R"(
set delay=10
0.000 > S
+10 < SA lost @lost
+5 > A unseen
+1 > PA len=10 late=3 twice=2 @twice
)";
  const Outcome client = play(text);
  const Outcome server = play(text, {.tap = Tap::server});
  ASSERT_EQ(client.captured.size(), 2u);
  ASSERT_EQ(server.captured.size(), 4u);
  const auto since = [](const Outcome& o, std::size_t i) {
    return o.captured[i].segment.time - o.captured[0].segment.time;
  };
  EXPECT_EQ(since(client, 1), 16ms);
  EXPECT_EQ(since(server, 1), 0ms) << "the SYN arrives as the SYN-ACK leaves";
  EXPECT_EQ(since(server, 2), 19ms);
  EXPECT_EQ(since(server, 3), 21ms);
  EXPECT_THROW(client.at("lost"), std::out_of_range);
  EXPECT_EQ(server.at("twice", 1).segment.ip_id,
            server.at("twice").segment.ip_id);
}

TEST(Exchange, PacketsCarryWhatTheTextSays) {
  const Outcome o = play(R"(
set delay=10 mss=1400 ws=9
0.000 > S win=1000 ttl=7
+10 < SA id=none
+10 > PA len=2776 id=5
)");
  const Segment& syn = o.captured[0].segment;
  EXPECT_EQ(syn.tcp.mss, 1400);
  EXPECT_EQ(syn.tcp.window_scale, 9);
  EXPECT_TRUE(syn.tcp.sack_permitted);
  EXPECT_EQ(syn.tcp.window, 1000);
  EXPECT_EQ(syn.ttl, 7);
  EXPECT_EQ(o.captured[1].segment.ip_id, 0);
  EXPECT_EQ(o.captured[2].segment.payload_length, 2776u);
  EXPECT_EQ(o.captured[2].segment.ip_id, Bases{}.ip_id[0] + 5);
}

TEST(Exchange, RefusesWhatItDoesNotUnderstand) {
  for (const char* text :
       {"0.000", "0.000 > ", "0.000 - S", "0.000 > X", "0.000 > S len=many",
        "0.000 > S wind=3", "0.000 > S losing", "set speed=3", "new port",
        "0.000 > A sack=7"}) {
    EXPECT_THROW(parse_exchange(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace netlat::test
