#pragma once
// The availability zones a path passes.
//
// A crossing is where the zone differs from that of the nearest hop before it
// whose zone is known, the sender included, on the first lane that passes it.
// What it adds is the growth of the median round trip over all hops between.

#include <optional>
#include <string>
#include <vector>

#include "netlat/probe/hop_row.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

struct HopZone {
  ZoneStatus status = ZoneStatus::unknown;
  std::string name;  ///< empty unless known; SafeText
  /// The zone before, to which `relation` is; empty: none is known.
  std::string from;
  ZoneRelation relation = ZoneRelation::unknown;
  /// Since the hop of that zone; nullopt: not measured.
  std::optional<RttGrowth> added;

  bool crosses() const {
    return relation == ZoneRelation::cross ||
           relation == ZoneRelation::cross_region;
  }
};

/// One a row.  Requires: `rows` are those of `path`, by TTL.
std::vector<HopZone> hop_zones(const ZoneMap& map, const PathReport& path,
                               const std::vector<HopRow>& rows);

}  // namespace netlat
