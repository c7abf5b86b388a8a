// From a finished run to what its answer says.

#include "netlat/report/measured_rows.h"
#include "tools/analyze/analysis.h"

namespace netlat {

AnalysisReport analysis_report(const Options& options, const Analysis& run) {
  const Measurement& m = run.measurement();
  AnalysisReport report;
  report.files = run.captures();
  report.vantages = run.vantages();
  report.filter = options.filter;
  report.where = options.where;
  if (options.since) report.since = options.since->text();
  if (options.until) report.until = options.until->text();
  report.worst_by = sort_key_title(options.sort);
  report.connections = m.flows().counters().connections;
  report.one_sided = m.one_sided();
  report.evicted =
      m.flows().counters().evicted + m.flows().counters().half_open_evicted;
  report.capture_gap_bytes = m.capture_gap_bytes();
  report.services = service_rows(m);
  report.exchanges = exchange_rows(m);
  report.icmp_errors = icmp_error_rows(m);
  return report;
}

}  // namespace netlat
