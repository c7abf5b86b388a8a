#pragma once
// The map a command works on.

#include <optional>

#include "netlat/report/output.h"
#include "tools/zones/options.h"

namespace netlat {

/// Reads the map and says what is wrong with it: on standard error, and as
/// problem records where JSON is wanted.
ZoneMapReading open_map(const MapOptions& options, Output& out);

}  // namespace netlat
