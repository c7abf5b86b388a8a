// From a finished run to what its answer says.

#include "netlat/report/measured_rows.h"
#include "tools/analyze/analysis.h"

namespace netlat {

AnalysisReport analysis_report(const Options& options, const Analysis& run) {
  AnalysisReport report = measured_report(run.measurement());
  report.files = run.captures();
  report.vantages = run.vantages();
  report.filter = options.filter;
  report.where = options.where;
  if (options.since) report.since = options.since->text();
  if (options.until) report.until = options.until->text();
  report.worst_by = sort_key_title(options.sort);
  return report;
}

}  // namespace netlat
