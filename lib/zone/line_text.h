#pragma once
// Lines of a map as sentences name them.

#include <string>

#include "netlat/zone/zone_map.h"

namespace netlat {

/// "zones.csv:12".
std::string place_text(const ZoneLine& line);

/// The zone's name, else its region.
std::string zone_text(const ZoneMap& map, ZoneId id);

/// "zones.csv:12 and zones.csv:30 put 10.0.0.0/24 into use1-az1 and use1-az2".
std::string conflict_text(const ZoneMap& map, ZoneLineId first,
                          ZoneLineId second);

}  // namespace netlat
