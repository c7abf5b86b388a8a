#pragma once
// Zones filled by hand.

#include "netlat/report/analysis_report.h"

namespace netlat::test {

/// An incident between three zones, with an unknown and an ambiguous address.
AnalysisReport zones_report();
/// Twelve zones: more than fit beside each other.
AnalysisReport many_zones_report();

}  // namespace netlat::test
