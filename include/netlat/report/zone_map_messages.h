#pragma once
// What is said of a zone map that was read, on standard error.

#include <string_view>

#include "netlat/zone/zone_reader.h"

namespace netlat {

/// Which lines could not be read and, unless `quiet`, what looks wrong: the
/// first few of each and how many there are.  `tool` is ours.
void complain_of_zone_map(std::string_view tool, const ZoneMapReading& reading,
                          bool quiet);

}  // namespace netlat
