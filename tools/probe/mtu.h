#pragma once
// --mtu: the largest packet that passes.

#include "tools/probe/options.h"

namespace netlat {

/// Finds and prints the MTU to each target; returns the exit status.
int run_mtu(const ProbeOptions& options);

}  // namespace netlat
