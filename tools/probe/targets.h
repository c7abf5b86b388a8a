#pragma once
// The plans for the targets a command line names.

#include <vector>

#include "netlat/base/result.h"
#include "netlat/probe/plan.h"
#include "tools/probe/options.h"

namespace netlat {

/// The first of traceroute's ports, where no service listens.
inline constexpr Port kUdpPort = 33'434;

struct ProbePlans {
  std::vector<ProbePlan> plans;
  std::vector<Error> problems;  ///< targets that cannot be probed
};

/// Reads the file of targets and asks the resolver.
ProbePlans plans_of(const ProbeOptions& options);

}  // namespace netlat
