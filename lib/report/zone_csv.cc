#include "netlat/report/zone_csv.h"

#include <fmt/format.h>

#include <iterator>

#include "netlat/report/csv.h"

namespace netlat {

namespace {

void put_times(const Quantiles& q, std::string& out) {
  if (q.n == 0) {
    out += ",0,,,,";
    return;
  }
  fmt::format_to(std::back_inserter(out), ",{},{},{},{},{}", q.n, q.p50.count(),
                 q.p95.count(), q.p99.count(), q.max.count());
}

}  // namespace

std::string zone_csv(const ZoneReport& report) {
  std::string out =
      "client_zone,server_zone,connections,requests,connect_failures,segments,"
      "retransmits,bytes,network_n,network_p50_ns,network_p95_ns,"
      "network_p99_ns,network_max_ns,service_n,service_p50_ns,service_p95_ns,"
      "service_p99_ns,service_max_ns,expected_rtt_ns\r\n";
  for (const ZonePairRow& pair : report.pairs) {
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{}",
                   csv_cell(report.places[pair.client]),
                   csv_cell(report.places[pair.server]), pair.connections,
                   pair.requests, pair.failed, pair.segments, pair.retransmits,
                   pair.bytes);
    put_times(pair.network, out);
    put_times(pair.service, out);
    out += ',';
    if (pair.expected) out += fmt::format("{}", pair.expected->rtt.count());
    out += "\r\n";
  }
  return out;
}

}  // namespace netlat
