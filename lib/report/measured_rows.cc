#include "netlat/report/measured_rows.h"

#include <algorithm>

namespace netlat {

namespace {

LossCounts loss_of(const ServiceStats& s) {
  LossCounts loss;
  loss.segments = s.c2s.segments + s.s2c.segments;
  loss.retransmits = s.c2s.retransmits + s.s2c.retransmits;
  loss.needless =
      s.c2s.necessary_proven_spurious + s.s2c.necessary_proven_spurious;
  const HalfLoss server = s.lost(Half::server);
  const HalfLoss client = s.lost(Half::client);
  loss.lost_server_side = server.packets;
  loss.lost_client_side = client.packets;
  loss.confidence = std::max(server.best, client.best);
  return loss;
}

ServiceRow service_row(const ServiceStats& s) {
  ServiceRow row;
  row.server = s.key.server;
  row.port = s.key.port;
  row.name = s.name.most();
  row.connections = s.connections;
  row.requests = s.turns;
  row.server_rtt = {s[Distribution::server_network].quantiles(),
                    s[Distribution::server_ack].quantiles()};
  row.client_rtt = {s[Distribution::client_network].quantiles(),
                    s[Distribution::client_ack].quantiles()};
  row.service = s[Distribution::service].quantiles();
  row.connect = s.connect.quantiles();
  row.loss = loss_of(s);
  const auto outcome = [&](HandshakeOutcome o) {
    return s.by_outcome[static_cast<std::size_t>(o)];
  };
  row.refused = outcome(HandshakeOutcome::refused);
  row.unanswered = outcome(HandshakeOutcome::timeout);
  return row;
}

}  // namespace

std::vector<ServiceRow> service_rows(const Measurement& measurement) {
  std::vector<ServiceRow> rows;
  for (const ServiceStats& s : measurement.services().entries()) {
    rows.push_back(service_row(s));
  }
  const ServiceStats& others = measurement.services().others();
  if (others.connections > 0) rows.push_back(service_row(others));
  return rows;
}

std::vector<IcmpErrorRow> icmp_error_rows(const Measurement& measurement) {
  std::vector<IcmpErrorRow> rows;
  for (const auto& [key, stats] : measurement.icmp_errors().entries()) {
    rows.push_back({key.from, key.error, stats.count, stats.flows.count(),
                    stats.first, stats.last});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const IcmpErrorRow& a, const IcmpErrorRow& b) {
                     return a.count > b.count;
                   });
  return rows;
}

std::vector<ExchangeRow> exchange_rows(const Measurement& measurement) {
  std::vector<ExchangeRow> rows;
  for (const auto& [key, stats] : measurement.exchanges().entries()) {
    ExchangeRow& row = rows.emplace_back();
    row.kind = key.kind;
    row.server = key.server;
    row.port = key.port;
    row.asked = stats.answered + stats.unanswered;
    row.unanswered = stats.unanswered;
    row.failed = stats.failed;
    for (std::size_t i = 0; i < kExchangeTimes; ++i) {
      row.times[i] = stats.times[i].quantiles();
    }
  }
  return rows;
}

AnalysisReport measured_report(const Measurement& measurement) {
  const FlowCounters counters = measurement.counters();
  AnalysisReport report;
  report.connections = counters.connections;
  report.one_sided = measurement.one_sided();
  report.evicted = counters.evicted + counters.half_open_evicted;
  report.capture_gap_bytes = measurement.capture_gap_bytes();
  report.services = service_rows(measurement);
  report.exchanges = exchange_rows(measurement);
  report.icmp_errors = icmp_error_rows(measurement);
  return report;
}

}  // namespace netlat
