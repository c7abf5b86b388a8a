#pragma once
// --paths: all the ways to a target.

#include "netlat/report/hop_graph.h"
#include "netlat/report/output.h"
#include "tools/probe/options.h"

namespace netlat {

/// Finds and prints the ways to each target; returns the exit status.
int run_paths(const ProbeOptions& options);

}  // namespace netlat
