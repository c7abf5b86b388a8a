#include "tests/support/zone_samples.h"

#include "tests/support/report_samples.h"

namespace netlat::test {

namespace {

ZonePairRow pair(std::size_t client, std::size_t server, std::uint64_t bytes,
                 const Quantiles& network) {
  ZonePairRow row;
  row.client = client;
  row.server = server;
  row.connections = 20 + client * 40 + server;
  row.requests = row.connections * 30;
  row.segments = bytes / 1'000;
  row.bytes = bytes;
  row.network = network;
  row.service = quantiles(row.requests, 2'100, 4'900, 9'800);
  return row;
}

}  // namespace

AnalysisReport zones_report() {
  AnalysisReport report = incident_report();
  ZoneReport& zones = report.zones.emplace();
  zones.names = {{"zones.csv", "more\x1b[2J.csv"}, {"vpc-0bb2"}};
  zones.cost_per_gb = 0.02;
  zones.places = {"use1-az1",    "use1-az2", "use1-az4",
                  "us-east-1 ?", "unknown",  "ambiguous"};
  zones.pairs = {
      pair(0, 0, 300'000'000, quantiles(9'000, 210, 340, 610)),
      pair(0, 1, 150'000'000, quantiles(8'000, 910, 1'100, 41'200)),
      pair(1, 0, 64'000'000, quantiles(900, 720, 900, 1'040)),
      pair(0, 2, 9'000'000, quantiles(60, 820, 1'200, 1'310)),
      pair(0, 4, 5'000'000, quantiles(200, 18'300, 20'000, 39'900)),
      pair(1, 5, 700'000, {}),
      pair(2, 3, 0, quantiles(3, 900, 900, 900)),
  };
  zones.pairs[1].retransmits = 3'000;
  zones.pairs[5].failed = 12;
  zones.all = {200, 528'700'000, 529'000'000};
  zones.by_relation[1] = {90, 300'000'000, 300'000'000};
  zones.by_relation[2] = {100, 223'000'000, 223'200'000};
  zones.by_relation[0] = {10, 5'700'000, 5'700'000};
  zones.unknown = {8, 5'000'000, 5'000'000};
  zones.ambiguous = {2, 700'000, 700'000};
  zones.unplaced = {
      {ip("198.51.100.7"), {ZoneStatus::unknown, 7, 4'900'000}},
      {ip("10.20.17.9"), {ZoneStatus::ambiguous, 2, 700'000}},
      {ip("2001:db8::9"), {ZoneStatus::unknown, 1, 100'000}},
  };
  return report;
}

AnalysisReport many_zones_report() {
  AnalysisReport report = one_flow_report();
  ZoneReport& zones = report.zones.emplace();
  zones.names = {{"/etc/netlat/zones.csv"}, {}};
  zones.found = "default";
  for (std::size_t i = 0; i < 12; ++i) {
    zones.places.push_back("name:111122223333/europe-west" +
                           std::to_string(10 + i));
  }
  for (std::size_t client = 0; client < 12; ++client) {
    for (std::size_t server = 0; server < 12; ++server) {
      const auto rtt = static_cast<std::int64_t>(200 + client * 90 + server);
      zones.pairs.push_back(
          pair(client, server, 1'000'000 - client * 1'000 - server,
               quantiles(500, rtt, rtt * 2, rtt * (server == 7 ? 30 : 3))));
    }
  }
  zones.all = {4'000, 142'000'000, 142'000'000};
  zones.by_relation[2] = zones.all;
  zones.others = 12;
  return report;
}

}  // namespace netlat::test
