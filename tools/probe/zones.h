#pragma once
// The zone map of a run.

#include <optional>

#include "netlat/base/result.h"
#include "netlat/zone/zone_map.h"
#include "tools/probe/options.h"

namespace netlat {

/// The files of --zones, else the default ones; nullopt without any.  A map
/// that was not asked for and cannot be used is complained about and left out.
Result<std::optional<ZoneMap>> read_probe_zones(const ProbeOptions& options);

}  // namespace netlat
