#pragma once
// From what was measured to the rows of an answer.

#include <vector>

#include "netlat/measure/measurement.h"
#include "netlat/report/analysis_report.h"

namespace netlat {

/// In order of their first connection's end; last, without an address, what
/// got no row of its own.
std::vector<ServiceRow> service_rows(const Measurement& measurement);
std::vector<ExchangeRow> exchange_rows(const Measurement& measurement);
/// Most frequent first.
std::vector<IcmpErrorRow> icmp_error_rows(const Measurement& measurement);

/// All an answer says that the measurement alone knows: the counts and the
/// tables, without files, worst connections and zones.
AnalysisReport measured_report(const Measurement& measurement);

}  // namespace netlat
