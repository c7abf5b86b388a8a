#pragma once
// --paths: all the ways to a target.

#include "tools/probe/options.h"

namespace netlat {

/// Finds and prints the ways to each target; returns the exit status.
int run_paths(const ProbeOptions& options);

}  // namespace netlat
