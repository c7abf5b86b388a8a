#pragma once
// What probing brought, as metrics: told apart by target, and by TTL where it
// is about hops; never by address, which strangers choose.

#include <span>

#include "netlat/probe/hop_row.h"
#include "netlat/probe/path_report.h"
#include "netlat/report/metric_set.h"

namespace netlat {

/// One target: totals since the start, and its hops as they were lately.
struct ProbedTarget {
  PathReport path;
  std::vector<HopRow> lately;
};

/// No two targets may have name and protocol in common.
void append_probe_metrics(std::span<const ProbedTarget> targets,
                          MetricSet& set);

}  // namespace netlat
