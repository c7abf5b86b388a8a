#include "netlat/report/file_order.h"
#include "tests/support/report_samples.h"

namespace netlat::test {

namespace {

CaptureRecord capture(std::string source, std::uint64_t tcp) {
  CaptureRecord c;
  c.source = std::move(source);
  c.format = "pcapng";
  c.interfaces = {{0, "eth0", 1, 96}};
  c.account.tcp = tcp;
  c.account.udp = 12'001;
  c.account.icmp = 640;
  c.account.other = 90;
  c.account.truncated = 2;
  c.packets = c.account.total();
  c.bytes = 318'400'200;
  c.first = stamp_ns(1'709'294'400'012'345'678);
  c.last = stamp_ns(1'709'294'460'400'000'000);
  c.kernel_drops = 0;
  c.interface_drops = 0;
  return c;
}

ServiceRow service(const char* server, Port port, std::uint64_t connections,
                   std::uint64_t requests) {
  ServiceRow s;
  s.server = ip(server);
  s.port = port;
  s.connections = connections;
  s.requests = requests;
  return s;
}

ServiceRow database() {
  ServiceRow s = service("10.0.2.40", 5'432, 62, 9'210);
  s.name = SafeText("db.internal.example.com");
  s.server_rtt.network = quantiles(12'000, 910, 1'100, 41'200);
  s.server_rtt.ack = quantiles(15'000, 950, 40'100, 44'000);
  s.client_rtt.network = quantiles(11'000, 20, 31, 44);
  s.client_rtt.ack = quantiles(11'500, 25, 41, 60);
  s.service = quantiles(9'100, 2'100, 4'900, 9'800);
  s.connect = quantiles(162, 910, 1'100, 1'012'000);
  s.loss = {118'204, 1'214, 12, 1'190, 0, Confidence::strong};
  s.refused = 1;
  s.unanswered = 2;
  return s;
}

ServiceRow cache() {
  ServiceRow s = service("10.0.2.41", 6'379, 40, 31'044);
  s.server_rtt.network = quantiles(31'000, 900, 1'080, 1'310);
  s.client_rtt.network = quantiles(31'000, 120, 210, 330);
  s.service = quantiles(31'040, 110, 190, 420);
  s.connect = quantiles(40, 1'900, 2'000, 0);
  s.loss.segments = 101'118;
  return s;
}

ServiceRow web() {
  ServiceRow s = service("10.0.1.60", 8'080, 112, 57);
  s.server_rtt.network = quantiles(57, 210, 360, 0);
  s.service = quantiles(19, 31'000, 0, 0);
  s.connect = quantiles(112, 220, 400, 610);
  s.loss = {4'100, 2, 0, 0, 0, Confidence::none};
  return s;
}

FlowRecord lost_twice() {
  FlowRecord f = lossy_flow();
  f.encap.clear();
  f.reused = f.one_sided = false;
  f.end = FlowEnd::fin;
  f.c2s.capture_gap_bytes = 0;
  f.c2s.zero_windows = 0;
  f.handshake.syn_retransmits = f.handshake.synack_retransmits = 0;
  return f;
}

FlowRecord quiet_flow() {
  FlowRecord f = lost_twice();
  f.id = 290'117;
  f.client_port = 40'112;
  f.c2s = {};
  f.server_rtt.network = quantiles(60, 910, 1'100, 0);
  f.server_rtt.ack = quantiles(60, 40'100, 41'000, 0);
  return f;
}

ExchangeRow exchange(ExchangeKind kind, const char* server, Port port,
                     std::uint64_t asked, std::uint64_t unanswered,
                     std::uint64_t failed, Quantiles time) {
  return {kind, ip(server), port, asked, unanswered, failed, {time}};
}

}  // namespace

AnalysisReport incident_report() {
  AnalysisReport r;
  r.files = {capture("incident.pcap", 400'150)};
  r.connections = 214;
  r.one_sided = 3;
  r.services = {database(), cache(), web()};
  r.exchanges = {exchange(ExchangeKind::dns, "10.0.0.2", 53, 1'204, 3, 12,
                          quantiles(1'201, 410, 900, 31'000)),
                 exchange(ExchangeKind::quic, "10.0.3.7", 443, 12, 0, 0,
                          quantiles(12, 1'910, 0, 0)),
                 exchange(ExchangeKind::icmp_echo, "10.0.0.1", 0, 60, 0, 0,
                          quantiles(60, 210, 290, 0))};
  r.icmp_errors = {{ip("10.0.0.1"),
                    {false, 3, 4, 1'400},
                    31,
                    4,
                    *r.files[0].first,
                    *r.files[0].last}};
  r.worst = {lost_twice(), quiet_flow()};
  r.ranked = 214;
  return r;
}

AnalysisReport ipv6_report() {
  AnalysisReport r = incident_report();
  const IpAddress client = ip("2001:db8:1234:5678:9abc:def0:1234:5678");
  const IpAddress server = ip("2001:db8:ffff:ffff:ffff:ffff:ffff:fff1");
  for (ServiceRow& s : r.services) s.server = server;
  for (FlowRecord& f : r.worst) {
    f.client = client;
    f.server = server;
  }
  for (ExchangeRow& e : r.exchanges) e.server = server;
  r.services.push_back(cache());
  return r;
}

AnalysisReport fifty_services_report() {
  AnalysisReport r = incident_report();
  r.files.clear();
  for (int i = 0; i < 12; ++i) {
    r.files.push_back(capture("ring.pcap" + std::to_string(i), 400'150));
    r.files.back().kernel_drops = 81;
  }
  // One of the set is missing, another was given twice.
  for (std::size_t i = 0; i < r.files.size(); ++i) {
    const Nanos later = std::chrono::seconds(61 * i + (i >= 7 ? 61 : 0));
    r.files[i].first = *r.files[i].first + later;
    r.files[i].last = *r.files[i].last + later;
  }
  r.files[11].first = r.files[2].first;
  r.files[11].last = r.files[2].last;
  r.files[11].interfaces[0].vantage = 1;
  relate_files(r.files);
  r.files[3].input_truncated = true;
  r.files[4].clock_backsteps = 4;
  r.vantages = 2;
  r.exchanges[1].times[1] = quantiles(12, 310, 0, 0);
  r.exchanges[1].times[2] = quantiles(812, 2'010, 3'100, 19'000);
  r.exchanges[1].times[3] = quantiles(811, 290, 410, 900);
  r.exchanges[1].times[4] = quantiles(811, 2'310, 3'490, 19'800);
  r.exchanges.back().server = IpAddress();
  r.icmp_errors.push_back({IpAddress(), {true, 3, {}, 0}, 1, 1, {}, {}});
  r.icmp_errors.push_back(
      {ip("10.0.0.7"), {false, 11, 0, 0}, 9'000, DistinctCount::kMost, {}, {}});
  r.capture_gap_bytes = 81'000;
  r.evicted = 7;
  r.filter = "tcp or udp";
  r.where = "port:5432 p99>2ms";
  r.since = "12:00:01";
  r.until = "+30";
  while (r.services.size() < 50) r.services.push_back(cache());
  return r;
}

AnalysisReport one_flow_report() {
  AnalysisReport r;
  CaptureRecord c = capture("-", 3);
  c.account = {};
  c.account.tcp = c.packets = 3;
  c.bytes = 198;
  c.kernel_drops.reset();
  c.interface_drops.reset();
  c.last = c.first;
  r.files = {c};
  r.connections = r.one_sided = 1;
  ServiceRow s = service("192.0.2.1", 443, 1, 0);
  s.unanswered = 1;
  r.services = {s};
  FlowRecord f;
  f.client = ip("198.51.100.7");
  f.client_port = 50'000;
  f.server = s.server;
  f.server_port = s.port;
  f.one_sided = true;
  f.handshake.outcome = HandshakeOutcome::timeout;
  f.handshake.syn_retransmits = 2;
  r.worst = {f};
  return r;
}

AnalysisReport no_tcp_report() {
  AnalysisReport r;
  CaptureRecord c = capture("names.pcap", 0);
  c.account = {};
  c.account.udp = 2'400;
  c.account.unsupported_link = 12;
  c.account.filtered = 100;
  c.packets = c.account.total();
  r.files = {c};
  r.filter = "port 53";
  r.exchanges = {exchange(ExchangeKind::dns, "10.0.0.2", 53, 1'200, 0, 0,
                          quantiles(1'200, 410, 900, 1'100))};
  return r;
}

AnalysisReport hostile_report() {
  AnalysisReport r = incident_report();
  const std::string evil =
      "\x1b[2J\x1b]52;c;aGk=\x07\n\r\t\b\x9b\xc2\x9b\xe2\x80\xae'\"\\\x7f";
  r.files[0].source = evil;
  r.filter = evil;
  r.where = evil;
  for (ServiceRow& s : r.services) s.name = SafeText(evil);
  return r;
}

}  // namespace netlat::test
