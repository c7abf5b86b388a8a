#pragma once
// Lines that make addresses ambiguous whatever the scope asked for.

#include <cstdint>
#include <vector>

#include "lib/zone/zone_index.h"

namespace netlat {

/// Two lines of one prefix, scope and kind, valid at a common time, that name
/// different zones.
struct ZoneConflict {
  ZoneLineId first, second;
};

/// At most `most` of them, each line at most once as `second`.
std::vector<ZoneConflict> find_conflicts(const ZoneIndex& index,
                                         std::size_t most);

}  // namespace netlat
