// From segments to exchange records: what the timers find reaches the sink
// with the names, times and identifiers of what was asked.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "netlat/measure/measurement.h"
#include "tests/unit/dns_octets.h"
#include "tests/unit/quic_octets.h"
#include "tests/unit/tls_player.h"

namespace netlat {
namespace {

using namespace test;

struct Kept {
  ExchangeRecord record;
  std::string name;  // the record only borrows it
};

class Keep final : public RecordSink {
 public:
  bool flow(FlowRecord& record, const Latencies&) override {
    if (record.tls) order += 'f';
    return flows_wanted;
  }
  void exchange(const ExchangeRecord& e) override {
    order += 'e';
    kept.push_back({e, std::string(e.name)});
  }
  void segment(const Segment&, const SegmentFacts&) override {}

  bool flows_wanted = true;
  std::string order;
  std::vector<Kept> kept;
};

class MeasurementExchange : public ::testing::Test {
 protected:
  void give(Segment s) {
    s.frame = ++frame_;
    s.vantage = 3;
    measurement.advance({&s, 1});
  }
  void give(std::int64_t ms, const Host& from, const Host& to,
            const Octets& octets) {
    give(udp(at_ms(ms), from, to, octets));
  }
  void echo(std::int64_t ms, bool request, std::uint16_t sequence) {
    Segment s;
    s.time = at_ms(ms);
    s.transport = Transport::icmp;
    s.source = (request ? client : server).address;
    s.destination = (request ? server : client).address;
    s.icmp.type = request ? 8 : 0;
    s.icmp.id = 99;
    s.icmp.sequence = sequence;
    give(s);
  }
  // A TCP segment; `payload` must outlive the call.
  void tcp(std::int64_t ms, Dir dir, std::uint8_t flags, std::uint32_t seq,
           std::uint32_t ack, const Octets& payload = {}) {
    const bool c2s = dir == Dir::c2s;
    Segment s =
        udp(at_ms(ms), c2s ? client : server, c2s ? server : client, payload);
    s.transport = Transport::tcp;
    s.tcp.flags = flags;
    s.tcp.seq = Seq32{seq};
    s.tcp.ack = Seq32{ack};
    s.tcp.window = 500;
    give(s);
  }

  Host client = host("10.0.0.1", 50'000), server = host("10.0.0.2", 443),
       resolver = host("10.0.0.53", 53);
  Keep sink;
  Measurement measurement{FlowLimits{}, sink, false};

 private:
  std::uint64_t frame_ = 0;
};

TEST_F(MeasurementExchange, DnsAnsweredFailedAndUnanswered) {
  DnsOctets first, second, third;
  first.id = 7;
  second.id = 8;
  second.qtype = 28;
  third.id = 9;
  for (DnsOctets* m : {&first, &second, &third}) {
    give(0, client, resolver, m->octets());
  }
  give(5'000, client, resolver, second.octets());
  constexpr std::uint16_t kServerFailure = 2;
  first.flags = kResponse;
  second.flags = kResponse | kServerFailure;
  give(20, resolver, client, first.octets());
  give(5'003, resolver, client, second.octets());
  measurement.finish();

  ASSERT_EQ(sink.kept.size(), 3U);
  const ExchangeRecord& ok = sink.kept[0].record;
  EXPECT_EQ(sink.kept[0].name, "www.example.com");
  EXPECT_EQ(ok.kind, ExchangeKind::dns);
  EXPECT_EQ(ok.vantage, 3U);
  EXPECT_EQ(ok.client, client.address);
  EXPECT_EQ(ok.server_port, 53);
  EXPECT_EQ(ok.id, 7);
  EXPECT_EQ(ok.start, at_ms(0));
  EXPECT_EQ(ok.elapsed, ms(20));
  EXPECT_FALSE(ok.ambiguous);
  const ExchangeRecord& bad = sink.kept[1].record;
  EXPECT_EQ(bad.id, 8);
  EXPECT_EQ(bad.query_type, 28);
  EXPECT_EQ(bad.outcome, ExchangeOutcome::failed);
  EXPECT_EQ(bad.code, kServerFailure);
  EXPECT_EQ(bad.start, at_ms(0));
  EXPECT_EQ(bad.elapsed, ms(5'003));
  EXPECT_EQ(bad.rtt, ms(3));
  EXPECT_EQ(bad.retries, 1U);
  EXPECT_TRUE(bad.ambiguous);
  const ExchangeRecord& lost = sink.kept[2].record;
  EXPECT_EQ(lost.id, 9);
  EXPECT_EQ(lost.outcome, ExchangeOutcome::unanswered);
  EXPECT_FALSE(lost.elapsed);
  EXPECT_FALSE(lost.code);

  const ExchangeStats& stats = measurement.exchanges().entries().at(
      {ExchangeKind::dns, resolver.address, 53});
  EXPECT_EQ(stats.answered, 2U);
  EXPECT_EQ(stats.failed, 1U);
  EXPECT_EQ(stats.unanswered, 1U);
}

TEST_F(MeasurementExchange, EchoHasItsNumbers) {
  echo(0, true, 1);
  echo(30, false, 1);
  echo(1'000, true, 2);
  measurement.finish();
  ASSERT_EQ(sink.kept.size(), 2U);
  const ExchangeRecord& answered = sink.kept[0].record;
  EXPECT_EQ(answered.kind, ExchangeKind::icmp_echo);
  EXPECT_EQ(answered.server, server.address);
  EXPECT_EQ(answered.server_port, 0);
  EXPECT_EQ(answered.id, 99);
  EXPECT_EQ(answered.sequence, 1);
  EXPECT_EQ(answered.rtt, ms(30));
  EXPECT_EQ(sink.kept[1].record.outcome, ExchangeOutcome::unanswered);
  EXPECT_EQ(sink.kept[1].record.start, at_ms(1'000));
}

TEST_F(MeasurementExchange, QuicGivesBothHalvesToItsServer) {
  const Octets original(8, 0xaa), client_id(4, 0xcc), server_id(6, 0xbb);
  give(0, client, server, long_header(kInitial, kV1, original, client_id));
  give(20, server, client, long_header(kInitial, kV1, client_id, server_id));
  give(60, client, server,
       long_header(kQHandshake, kV1, server_id, client_id, 80));
  measurement.finish();
  ASSERT_EQ(sink.kept.size(), 2U);
  for (const Kept& k : sink.kept) {
    EXPECT_EQ(k.record.kind, ExchangeKind::quic);
    EXPECT_EQ(k.record.client, client.address);
    EXPECT_EQ(k.record.client_port, client.port);
    EXPECT_EQ(k.record.server, server.address);
    EXPECT_EQ(k.record.server_port, server.port);
    EXPECT_EQ(k.record.rtt_class, QuicRttClass::handshake);
  }
  EXPECT_EQ(sink.kept[0].record.span, RttSpan::server_half);
  EXPECT_EQ(sink.kept[0].record.start, at_ms(0));
  EXPECT_EQ(sink.kept[0].record.rtt, ms(20));
  EXPECT_EQ(sink.kept[1].record.span, RttSpan::client_half);
  EXPECT_EQ(sink.kept[1].record.start, at_ms(20));
  EXPECT_EQ(sink.kept[1].record.rtt, ms(40));
}

TEST_F(MeasurementExchange, TlsFollowsItsConnection) {
  for (const bool wanted : {true, false}) {
    sink = Keep();
    sink.flows_wanted = wanted;
    ++client.port;
    tcp(0, Dir::c2s, kSyn, 100, 0);
    tcp(10, Dir::s2c, kSyn | kAck, 500, 101);
    tcp(11, Dir::c2s, kAck, 101, 501);
    tcp(12, Dir::c2s, kAck | kPsh, 101, 501, kHello13);
    const auto end = static_cast<std::uint32_t>(101 + kHello13.size());
    tcp(40, Dir::s2c, kAck | kPsh, 501, end, kServer13);
    measurement.finish();
    EXPECT_EQ(sink.order, wanted ? "fe" : "f");
    if (!wanted) continue;
    const ExchangeRecord& e = sink.kept[0].record;
    EXPECT_EQ(e.kind, ExchangeKind::tls);
    EXPECT_EQ(sink.kept[0].name, "www.example.org");
    EXPECT_EQ(e.flow, 0U);
    EXPECT_EQ(e.vantage, 3U);
    EXPECT_EQ(e.start, at_ms(12));
    EXPECT_EQ(e.elapsed, ms(28));
    EXPECT_EQ(e.rtt, ms(28));
    EXPECT_EQ(e.service, ms(18)) << "less the 10 ms of the handshake";
  }
}

TEST_F(MeasurementExchange, UnansweredOnesComeInOrderOfTime) {
  constexpr std::uint16_t kRequests = 40;
  for (std::uint16_t i = 0; i < kRequests; ++i) echo(10 * i, true, i);
  measurement.finish();
  ASSERT_EQ(sink.kept.size(), kRequests);
  for (std::uint16_t i = 0; i < kRequests; ++i) {
    EXPECT_EQ(sink.kept[i].record.start, at_ms(10 * i));
  }
}

}  // namespace
}  // namespace netlat
