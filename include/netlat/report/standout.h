#pragma once
// What deserves a second look, by rules short enough for the manual.

#include "netlat/measure/quantiles.h"
#include "netlat/report/analysis_report.h"

namespace netlat {

/// Of at least 100 samples, p99 exceeds five times the median and lies more
/// than 1 ms above it.
bool tail_stands_out(const Quantiles& q);

/// At least 1 % of 100 or more segments were sent again.
bool loss_stands_out(const LossCounts& loss);

}  // namespace netlat
