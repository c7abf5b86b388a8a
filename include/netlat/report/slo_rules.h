#pragma once
// Objectives as rules of Prometheus and VictoriaMetrics, over all hosts that
// serve metrics.
//
// Problem: an objective that one capture watches says nothing of the fleet and
// nothing of the last month.  Method: the same sentence becomes recording rules
// of its share of bad events over seven windows, and alert rules that want two
// of them to burn the budget at once (Google SRE workbook, chapter 5): 14.4
// times over 1h and 5m and 6 times over 6h and 30m page, 3 times over 1d and 2h
// and once over 3d and 6h open a ticket.  A pair whose threshold is no share
// below 1 is left out.  Bias: that of the classic buckets (netlat-metrics(7)).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/measure/objective.h"

namespace netlat {

/// The file of rules, YAML.
std::string slo_rules(std::span<const Objective> objectives);

/// What the rules record; also what the dashboard shows.
/// The share of bad events over `window` ("5m"): one value or none, for an
/// objective of every pair of zones one for each.
std::string slo_error_ratio(const Objective& objective,
                            std::string_view window);
/// How many events there were in `window`.
std::string slo_events(const Objective& objective, std::string_view window);

/// Whether a capture has to tell services apart for these.
bool slo_needs_services(std::span<const Objective> objectives);

/// `text` as a string of PromQL, with its quotes.
std::string promql_string(std::string_view text);

}  // namespace netlat
