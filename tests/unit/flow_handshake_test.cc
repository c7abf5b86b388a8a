// How connections begin: retransmitted, crossed and half-seen handshakes, data
// in the SYN.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"
#include "tests/support/segments.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

/// An attempt to connect by itself.
struct Lone : FlowListener {
  void finished(const Connection&, std::uint32_t) override {}
  void unanswered(const HalfOpen& attempt, const SynRetry*) override {
    ++told;
    unreachable = attempt.unreachable;
  }
  void put(const Segment& s) {
    SegmentFacts facts;
    table.advance({&s, 1}, {&facts, 1});
  }

  FlowTable table{{}, *this};
  int told = 0;
  bool unreachable = false;
};

TEST(Handshake, BothHalves) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kSetup, {.tap = tap});
    SCOPED_TRACE(o.text());
    const FinishedFlow& f = o.flow();
    EXPECT_EQ(f.server_rtt, tap == Tap::client ? 20'000'000 : 0);
    EXPECT_EQ(f.client_rtt, tap == Tap::client ? 0 : 20'000'000);
    EXPECT_EQ(f.connect, 20'000'000);
    EXPECT_EQ(f.role, RoleConfidence::syn);
    EXPECT_EQ(f.client, "10.0.0.1:40000");
  }
}

TEST(Handshake, OneToFourSynRetries) {
  for (int retries = 1; retries <= 4; ++retries) {
    std::string text = "set delay=10\n0.000 > S lost\n";
    for (int i = 1; i <= retries; ++i) {
      text += std::to_string((1 << i) - 1) + ".000 > S seq=0" +
              (i < retries ? " lost\n" : "\n");
    }
    text += "+10 < SA\n+10 > A\n+1 > PA len=100\n+10 < A\n";
    for (const Tap tap : {Tap::client, Tap::server}) {
      const Outcome o = observe(text, {.tap = tap});
      SCOPED_TRACE(o.text());
      const FinishedFlow& f = o.flow();
      const bool all = tap == Tap::client;
      EXPECT_EQ(f.syn_retransmits, all ? static_cast<unsigned>(retries) : 0u);
      EXPECT_EQ(f.c2s.packets, all ? 3u + static_cast<unsigned>(retries) : 3u);
      EXPECT_EQ(f.handshake, HandshakeOutcome::established);
      EXPECT_EQ(f.server_rtt, all ? 20'000'000 : 0);
      EXPECT_EQ(f.c2s.bytes, 100u);
    }
  }
}

TEST(Handshake, NobodyAnswers) {
  const Outcome o = observe(R"(
0.000 > S
1.000 > S seq=0
3.000 > S seq=0
)");
  SCOPED_TRACE(o.text());
  EXPECT_TRUE(o.flows.empty());
  ASSERT_EQ(o.unanswered.size(), 1u);
  EXPECT_EQ(o.unanswered[0].syns, 3u);
  EXPECT_EQ(o.counters.connections, 1u);
  EXPECT_EQ(o.counters.half_open, 1u);
}

TEST(Handshake, AnIcmpErrorAboutTheSyn) {
  struct Row {
    const char* name;
    Transport transport;
    std::uint8_t type, code;
    std::uint32_t seq;
    bool from_client, unreachable;
  };
  constexpr auto k4 = Transport::icmp, k6 = Transport::icmp6;
  for (const Row& row : {
           Row{"host unreachable", k4, 3, 1, 700, true, true},
           Row{"time exceeded", k4, 11, 0, 700, true, true},
           Row{"no route, IPv6", k6, 1, 0, 700, true, true},
           Row{"time exceeded, IPv6", k6, 3, 0, 700, true, true},
           Row{"fragmentation needed", k4, 3, 4, 700, true, false},
           Row{"too long, IPv6", k6, 2, 0, 700, true, false},
           Row{"source quench", k4, 4, 0, 700, true, false},
           Row{"of another sequence number", k4, 3, 1, 701, true, false},
           Row{"of the other direction", k4, 3, 1, 700, false, false},
       }) {
    Lone attempt;
    attempt.put(tcp_segment({1}, kSyn, 700));
    const Segment quoted = tcp_segment({1, row.from_client}, kSyn, row.seq);
    Segment error;
    error.transport = row.transport;
    error.icmp.type = row.type;
    error.icmp.code = row.code;
    error.icmp.has_quote = true;
    error.icmp.quote = {quoted.source,      quoted.destination,
                        quoted.source_port, quoted.destination_port,
                        Transport::tcp,     quoted.tcp.seq};
    attempt.put(error);
    attempt.table.finish();
    EXPECT_EQ(attempt.told, 1) << row.name;
    EXPECT_EQ(attempt.unreachable, row.unreachable) << row.name;
  }
}

TEST(Handshake, DataInTheSyn) {
  // RFC 7413, a cookie in hand: the server takes the octets of the SYN.
  const Outcome o = observe(R"(
set delay=10
0.000 > S len=300 @syn
+10 < SA @answer
+2 < PA len=500
+8 > A
+2 > A
+1 > PA len=50
+10 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.connect, 20'000'000);
  EXPECT_EQ(f.server_rtt, 20'000'000);
  EXPECT_EQ(f.c2s.bytes, 350u);
  EXPECT_EQ(f.s2c.bytes, 500u);
  EXPECT_EQ(f.c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(f.turns, 1u);
}

TEST(Handshake, DataInTheSynRefused) {
  // The server acknowledges the SYN alone; the client sends its data again.
  const Outcome o = observe(R"(
set delay=10
0.000 > S len=300 @syn
+10 < SA ack=1 @answer
+10 > PA data=1-301 @again
+10 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.server_rtt, 20'000'000);
  EXPECT_EQ(f.c2s.bytes, 300u);
  EXPECT_EQ(o.samples(Dir::c2s, false).size(), 2u)
      << "the second from the repeat, told by its timestamp";
}

TEST(Handshake, SimultaneousOpen) {
  // RFC 9293 figure 8: both SYNs cross, then both SYN-ACKs.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
0.001 < S
0.010 < SA seq=0 ack=1 id=1
0.011 > SA seq=0 ack=1 id=1
+10 > PA len=100
+10 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.c2s.bytes, 100u);
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.syn_retransmits, 0u);
  EXPECT_EQ(f.synack_retransmits, 0u);
  EXPECT_EQ(f.c2s.trouble.retransmits(), 0u);
  EXPECT_EQ(f.s2c.trouble.retransmits(), 0u);
}

TEST(Handshake, AckCapturedBeforeTheSynAck) {
  // Two queues of one card are not read in order.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
0.0100 < SA late=0.05
0.0200 > A seq=1 ack=1
0.0210 > PA seq=1 ack=1 len=100
0.0310 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_FALSE(f.reused);
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.c2s.bytes, 100u);
  EXPECT_EQ(f.s2c.mss, 1460);
}

TEST(Handshake, ServerChangesItsNumberBeforeTheAck) {
  // A SYN proxy or a restarted server answers again with another number.
  const Outcome o = observe(R"(
set delay=10
0.000 > S
+10 < SA
+1000 < SA seq=70000
+10 > A ack=70001
+1 > PA ack=70001 len=100
+10 < A seq=70001
)");
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().handshake, HandshakeOutcome::established);
  EXPECT_EQ(o.flow().c2s.bytes, 100u);
  EXPECT_EQ(o.flow().s2c.trouble.capture_gap_bytes, 0u);
  EXPECT_EQ(o.flow().synack_retransmits, 0u);
}

TEST(Handshake, OneSidedFromTheClient) {
  const Outcome o = observe(R"(
0.000 > S
+20 > A seq=1 ack=1
+1 > PA seq=1 ack=1 len=1000
+30 > A seq=1001 ack=5001
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.handshake, HandshakeOutcome::established);
  EXPECT_EQ(f.connect, 20'000'000);
  EXPECT_EQ(f.server_rtt, -1);
  EXPECT_EQ(f.c2s.bytes, 1000u);
  EXPECT_EQ(f.s2c.packets, 0u);
  EXPECT_TRUE(o.samples(Dir::c2s, false).empty());
  EXPECT_TRUE(o.samples(Dir::s2c, false).empty());
}

TEST(Handshake, BeginsWithTheSynAck) {
  const Outcome o = observe(R"(
set delay=10
0.000 > S unseen
+10 < SA
+10 > A
+1 > PA len=100
+10 < A
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.role, RoleConfidence::synack);
  EXPECT_EQ(f.client, "10.0.0.1:40000");
  EXPECT_EQ(f.server_rtt, -1);
  EXPECT_EQ(f.connect, -1);
  EXPECT_EQ(f.c2s.trouble.capture_gap_bytes, 0u);
}

TEST(Handshake, SynAckCapturedBeforeTheSyn) {
  constexpr Ends kClient{1, true}, kServer{1, false};
  TableRun run;
  const auto first = run.put(tcp_segment(kServer, kSyn | kAck, 5000, 1001));
  const auto syn = run.put(tcp_segment(kClient, kSyn, 1000));
  EXPECT_EQ(syn.flow_id, first.flow_id);
  EXPECT_EQ(syn.rtt_count, 0) << "no time can be negative";
  const auto ack = run.put(tcp_segment(kClient, kAck, 1001, 5001), 30us);
  ASSERT_EQ(ack.rtt_count, 1);
  EXPECT_EQ(ack.rtt[0].acks_frame, 1u);
  run.put(tcp_segment(kClient, kAck, 1001, 5001, 100));
  const auto answer = run.put(tcp_segment(kServer, kAck, 5001, 1101), 10ms);
  ASSERT_EQ(answer.rtt_count, 1);
  EXPECT_EQ(answer.rtt[0].acks_frame, 4u);
  run.finish();
  ASSERT_EQ(run.reports().size(), 1u);
  EXPECT_FALSE(run.reports()[0].reused);
}

TEST(Handshake, MidstreamKnowsTheListenerByItsPort) {
  const Outcome o = observe(R"(
set delay=10 midstream=1
0.000 < PA len=1448 x4
+10 > A
+5 > PA len=100
+15 < PA len=1000
)");
  SCOPED_TRACE(o.text());
  const FinishedFlow& f = o.flow();
  EXPECT_EQ(f.role, RoleConfidence::port);
  EXPECT_EQ(f.client, "10.0.0.1:40000");
  EXPECT_FALSE(f.started_with_syn);
  EXPECT_EQ(f.handshake, HandshakeOutcome::none);
  EXPECT_EQ(f.s2c.bytes, 4u * 1448 + 1000);
  EXPECT_EQ(f.c2s.bytes, 100u);
  EXPECT_EQ(f.s2c.trouble.capture_gap_bytes, 0u);
  EXPECT_EQ(f.c2s.trouble.window_full, 0u) << "the scale is not known";
}

}  // namespace
}  // namespace netlat::test
