#pragma once
// One run over all targets.

#include <vector>

#include "netlat/report/hop_report.h"
#include "tools/probe/options.h"

namespace netlat {

struct ProbeRun {
  std::vector<HopReport> reports;
  std::vector<Error> problems;  ///< targets that could not be probed
  Nanos elapsed{0};
  bool silent = false;  ///< nothing is left to be printed
};

/// Probes what the options name, until done or a signal asks to stop.  `zones`
/// may be null.
ProbeRun run_probes(const ProbeOptions& options, const ZoneMap* zones,
                    const OriginFiles& origins);

}  // namespace netlat
