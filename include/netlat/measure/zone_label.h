#pragma once
// Which zones the two ends of a connection were in.

#include <string>
#include <string_view>
#include <vector>

#include "netlat/measure/flow_record.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

/// A row or a column of the zone matrix.
struct ZonePlace {
  ZoneStatus status = ZoneStatus::unknown;
  /// Of `unknown` the region, where the map says that much; else 0.
  ZoneId zone = 0;

  friend auto operator<=>(const ZonePlace&, const ZonePlace&) = default;
};

struct FlowZones {
  ZoneResult client, server;
  ZoneRelation relation = ZoneRelation::unknown;

  ZonePlace client_place() const noexcept { return place(client); }
  ZonePlace server_place() const noexcept { return place(server); }

 private:
  friend class ZoneLabeler;
  static ZonePlace place(const ZoneResult& r) noexcept {
    return {r.status, r.status == ZoneStatus::ambiguous ? 0 : r.zone};
  }
};

/// How records name them; empty where no zone is known.
struct ZoneNames {
  std::string_view client, server;
  std::string_view relation = "unknown";
};

/// Looks connections up in a map, each at the time of its first packet, and
/// keeps the names that are shown.  What it gives is valid while it lives.
class ZoneLabeler {
 public:
  /// `map` must outlive this object.
  explicit ZoneLabeler(const ZoneMap& map);

  FlowZones zones(const FlowRecord& flow) const noexcept;
  /// Where an address was at a moment.
  ZonePlace place(const IpAddress& address, Stamp time) const noexcept;
  ZoneNames names(const FlowZones& zones) const noexcept;

  /// The zone's name, empty where none is known.  SafeText.
  std::string_view name(const ZonePlace& place) const noexcept;
  /// Its region, empty where no line says.  SafeText.
  std::string_view region(const ZonePlace& place) const noexcept;
  ZoneRelation relation(const ZonePlace& a, const ZonePlace& b) const noexcept {
    return map_.relation(a.zone, b.zone);
  }
  const ZoneMap& map() const noexcept { return map_; }

 private:
  const ZoneMap& map_;
  std::vector<std::string> names_, regions_;  // by ZoneId
};

}  // namespace netlat
