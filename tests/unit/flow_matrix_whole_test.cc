// The exchanges of flow_matrix_test.cc that are about whole connections: ports
// used again, requests and responses, captures on several interfaces at once.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/exchange_starts.h"
#include "tests/support/playback.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

const std::string kPortReuse = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
+1 > PA len=100
+12 < PA len=200
+12 > RA
new
0.200 > S
+10 < SA
+10 > A
+1 > PA len=100
+12 < PA len=200
)";

TEST(Matrix, PortReuseAfterReset) {
  for (const Tap tap : {Tap::client, Tap::server}) {
    const Outcome o = observe(kPortReuse, {.tap = tap});
    SCOPED_TRACE(o.text());
    ASSERT_EQ(o.flows.size(), 2u);
    EXPECT_TRUE(o.unanswered.empty());
    EXPECT_FALSE(o.flows[0].reused);
    EXPECT_TRUE(o.flows[1].reused);
    EXPECT_EQ(o.flows[0].end, FlowEnd::rst);
    EXPECT_EQ(o.flows[1].end, FlowEnd::open);
    EXPECT_EQ(o.flows[1].handshake, HandshakeOutcome::established);
    for (const FinishedFlow& f : o.flows) {
      EXPECT_EQ(f.c2s.bytes, 100u);
      EXPECT_EQ(f.s2c.bytes, 200u);
      EXPECT_EQ(f.c2s.trouble.retransmits(), 0u);
      EXPECT_EQ(f.turns, 1u);
    }
  }
}

/// Round trip 10.4 ms, server work 30.2 ms, 20 turns.
std::string request_response() {
  std::string text = "set delay=5.2\n0.000 > S\n+5.2 < SA\n+5.2 > A\n";
  for (int i = 0; i < 20; ++i) {
    text += "+1 > PA len=100\n+35.4 < PA len=400\n+5.2 > A\n";
  }
  return text;
}

TEST(Matrix, RequestResponseAtTheClient) {
  const Outcome o = observe(request_response());
  SCOPED_TRACE(o.text());
  EXPECT_EQ(o.flow().turns, 20u);
  const auto services = o.services();
  EXPECT_EQ(services.size(), 20u);
  for (const Nanos service : services) EXPECT_EQ(service, 30'200us);
  const auto network = o.samples(Dir::c2s, true);
  ASSERT_FALSE(network.empty());
  for (const Nanos rtt : network) EXPECT_EQ(rtt, 10'400us);
  auto latency = o.samples(Dir::c2s, false);
  ASSERT_GE(latency.size(), 20u);
  std::nth_element(latency.begin(), latency.begin() + 10, latency.end());
  EXPECT_EQ(latency[10], 40'600us);
}

TEST(Matrix, RequestResponseAtTheServer) {
  const Outcome o = observe(request_response(), {.tap = Tap::server});
  SCOPED_TRACE(o.text());
  const auto services = o.services();
  EXPECT_EQ(services.size(), 20u);
  for (const Nanos service : services) EXPECT_EQ(service, 30'200us);
  const auto network = o.samples(Dir::s2c, true);
  EXPECT_GE(network.size(), 20u);
  for (const Nanos rtt : network) EXPECT_EQ(rtt, 10'400us);
}

/// What must not appear in a transfer without loss.
void expect_no_trouble(const FinishedFlow& f) {
  for (const FinishedHalf* half : {&f.c2s, &f.s2c}) {
    const Trouble& t = half->trouble;
    EXPECT_EQ(t.retransmits(), 0u);
    EXPECT_EQ(t.reordered, 0u);
    EXPECT_EQ(t.late_originals, 0u);
    EXPECT_EQ(t.network_duplicates, 0u);
    EXPECT_EQ(t.ip_ids_missing, 0);
    EXPECT_EQ(t.dup_acks, 0u);
    EXPECT_EQ(t.keepalives, 0u);
    EXPECT_EQ(t.capture_gap_bytes, 0u);
  }
  EXPECT_EQ(f.c2s.bytes, 30u * 1448 + 1000);
  EXPECT_EQ(f.s2c.bytes, 20'000u);
}

const std::string kForwarded = kWarm + R"(
0.100 > PA len=1000
0.110 < A
+5 < PA len=1000 x20
0.1256 > A x10 every=0.02
0.140 > FA
0.150 < FA
0.160 > A
)";

TEST(Matrix, AnyInterfaceWithInterfaceNumbers) {
  const Outcome o = observe(kForwarded, {.carrier = Carrier::any_sll2});
  SCOPED_TRACE(o.text());
  ASSERT_EQ(o.flows.size(), 2u) << "a flow at each of the two interfaces";
  EXPECT_EQ(o.scopes, 3u) << "the empty one and two";
  for (const FinishedFlow& f : o.flows) {
    expect_no_trouble(f);
    EXPECT_EQ(f.c2s.trouble.capture_duplicates, 0u);
    EXPECT_FALSE(f.reused);
    EXPECT_EQ(f.end, FlowEnd::fin);
  }
}

TEST(Matrix, AnyInterfaceWithoutInterfaceNumbers) {
  for (const Carrier carrier : {Carrier::any_sll, Carrier::any_ethernet}) {
    for (const bool ipv6 : {false, true}) {
      const Outcome o = observe(kForwarded, {.carrier = carrier, .ipv6 = ipv6});
      SCOPED_TRACE(o.text());
      expect_no_trouble(o.flow());
      EXPECT_EQ(o.flow().c2s.trouble.capture_duplicates +
                    o.flow().s2c.trouble.capture_duplicates,
                o.captured.size() / 2 - 1)
          << "all but the SYN's copy, which came before the connection";
      EXPECT_EQ(o.counters.copies, o.captured.size() / 2);
      for (const Captured& c : o.captured) {
        if (!c.copy) continue;
        EXPECT_EQ(c.final.segment_class, SegmentClass::capture_duplicate);
      }
    }
  }
}

}  // namespace
}  // namespace netlat::test
