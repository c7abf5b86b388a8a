#pragma once
// A dashboard for Grafana: what netlat measures, and how objectives fare.

#include <span>
#include <string>

#include "netlat/measure/objective.h"

namespace netlat {

/// The JSON model, to be imported; its data source is chosen there.
std::string slo_dashboard(std::span<const Objective> objectives);

}  // namespace netlat
