#pragma once
// Questions that are answered for one target after another.

#include <cstdint>
#include <functional>
#include <string>

#include "netlat/base/result.h"
#include "netlat/probe/plan.h"
#include "tools/probe/options.h"

namespace netlat {

struct TargetAnswer {
  std::string output;  ///< as it is printed
  std::uint64_t sent = 0, flows = 0;
};

/// Prints the answer for each target, and the closing records if records are
/// asked for; returns the exit status.
int run_each(const ProbeOptions& options,
             const std::function<Result<TargetAnswer>(const ProbePlan&)>& ask);

}  // namespace netlat
