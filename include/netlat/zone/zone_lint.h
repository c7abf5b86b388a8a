#pragma once
// What is wrong or doubtful in a zone map.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/zone/zone_map.h"

namespace netlat {

enum class ZoneFault : std::uint8_t {
  conflict,        ///< one prefix in two zones: its addresses are ambiguous
  overlap,         ///< a prefix in one zone inside a prefix in another
  two_regions,     ///< one zone in two regions
  name_and_id,     ///< a zone by a name of an account, others by their ids
  region_as_zone,  ///< a region, or a regional subnet, stands for a zone
  never_matches,   ///< no address at any time comes to this line
  repeated,        ///< says again what another line says
  host_bits,       ///< the prefix has bits beyond its length
};

struct ZoneFinding {
  ZoneFault fault;
  ZoneLineId line;          ///< where it shows
  ZoneLineId other = 0;     ///< the line it does not agree with; 0: none
  std::uint64_t lines = 1;  ///< that have the same fault for the same reason
};

/// In order of the faults above, within one by line.
std::vector<ZoneFinding> lint_zones(const ZoneMap& map);

/// The finding as a sentence, with file and line at its start.  SafeText.
std::string finding_text(const ZoneMap& map, const ZoneFinding& finding);

/// "conflict", "overlap", "two_regions", ...
std::string_view to_word(ZoneFault fault) noexcept;

}  // namespace netlat
