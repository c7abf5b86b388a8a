#include "tests/support/report_samples.h"

namespace netlat::test {

namespace {

DirectionRecord lossy_direction() {
  DirectionRecord d;
  d.packets = 2'900;
  d.bytes = 4'000'123;
  d.segments = 2'764;
  d.retransmits = 34;
  d.by_cause = {1, 0, 31, 0, 0, 2, 0, 0, 0};
  d.retransmitted_bytes = 49'232;
  d.necessary_proven = 30;
  d.necessary_undetermined = 3;
  d.necessary_proven_spurious = 1;
  d.reordered = 4;
  d.reordered_late_original = 1;
  d.network_duplicates = 2;
  d.capture_duplicates = 3;
  d.keepalives = 5;
  d.zero_windows = 6;
  d.zero_window = us(2'200'000);
  d.zero_window_probes = 7;
  d.window_full = 8;
  d.dup_acks = 9;
  d.lost_upstream = 1;
  d.lost_downstream = 30;
  d.capture_gap_bytes = 11;
  d.stall = us(412'000);
  d.max_in_flight = 65'535;
  d.mss = 1'448;
  d.window_scale = std::uint8_t{7};
  return d;
}

}  // namespace

FlowRecord lossy_flow() {
  FlowRecord f;
  f.id = 17;
  f.vantage = 0;
  f.encap = {{EncapKind::vlan, 12}, {EncapKind::gre, 0}};
  f.client = ip("10.0.1.17");
  f.client_port = 51'904;
  f.server = ip("10.0.2.40");
  f.server_port = 5'432;
  f.role = RoleConfidence::synack;
  f.start_time = stamp_ns(1'709'294'400'000'000'123);
  f.end_time = stamp_ns(1'709'294'460'400'000'999);
  f.first_frame = 42;
  f.start = FlowStart::syn;
  f.end = FlowEnd::rst;
  f.reused = true;
  f.one_sided = true;
  f.handshake.outcome = HandshakeOutcome::established;
  f.handshake.server = us(912);
  f.handshake.client = us(31);
  f.handshake.connect = us(1'012'000);
  f.handshake.ambiguous = true;
  f.handshake.syn_retransmits = 1;
  f.handshake.synack_retransmits = 2;
  f.server_rtt.network = quantiles(160, 920, 1'100, 43'100);
  f.server_rtt.ack = quantiles(200, 950, 12'100, 44'000);
  f.client_rtt.network = quantiles(150, 30, 40, 60);
  f.client_rtt.ack = quantiles(180, 31, 45, 70);
  f.c2s = lossy_direction();
  f.s2c.packets = 2'500;
  f.s2c.bytes = 91;
  f.turns = 210;
  f.turns_lossy = 12;
  f.service = quantiles(198, 2'100, 4'900, 9'800);
  f.elapsed = quantiles(210, 3'000, 6'900, 52'000);
  f.tls =
      TlsRecord{SafeText("db.example.com"), "1.3", true, us(1'800), us(2'100)};
  return f;
}

FlowRecord bare_flow() {
  FlowRecord f;
  f.client = ip("2001:db8::17");
  f.client_port = 40'000;
  f.server = ip("2001:db8::2");
  f.server_port = 443;
  f.start_time = f.end_time = stamp_ns(1'709'294'400'000'000'000);
  f.first_frame = 1;
  return f;
}

}  // namespace netlat::test
