#pragma once
// Metrics as text: the Prometheus format 0.0.4, and OpenMetrics 1.0.
//
// Both write a line a series, and one a classic bucket.  They differ in what a
// counter's family is called (OpenMetrics: without "_total"), in the unit,
// which only OpenMetrics has, and in its "# EOF".  Bounds are written "1.0" in
// both, so that a series is the same whatever format it was fetched in.

#include <string>

#include "netlat/report/metric_set.h"

namespace netlat {

enum class MetricsDialect : std::uint8_t { text_0_0_4, open_metrics_1_0 };

/// Families without series are left out.
std::string metrics_text(const MetricSet& set, MetricsDialect dialect);

/// 2 becomes "2.0", infinities "+Inf" and "-Inf": what `le` says, in
/// every format.
std::string bound_text(double bound);

}  // namespace netlat
