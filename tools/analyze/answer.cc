// From a finished run to what the text answer says.

#include <algorithm>

#include "tools/analyze/analysis.h"

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

AnalysisReport analysis_report(const Options& options, const Analysis& run) {
  const Measurement& m = run.measurement();
  AnalysisReport report;
  report.files = run.captures();
  report.filter = options.filter;
  report.worst_by = sort_key_title(options.sort);
  report.connections = m.flows().counters().connections;
  report.one_sided = m.one_sided();
  report.evicted =
      m.flows().counters().evicted + m.flows().counters().half_open_evicted;
  report.capture_gap_bytes = m.capture_gap_bytes();
  for (const ServiceStats& s : m.services().entries()) {
    report.services.push_back(service_row(s));
  }
  for (const auto& [key, stats] : m.exchanges().entries()) {
    ExchangeRow row;
    row.kind = key.kind;
    row.server = key.server;
    row.port = key.port;
    row.asked = stats.answered + stats.unanswered;
    row.unanswered = stats.unanswered;
    row.failed = stats.failed;
    row.time = stats.time.quantiles();
    report.exchanges.push_back(row);
  }
  return report;
}

}  // namespace netlat
