#pragma once
// Zones by name, whether a map or a record names them.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "netlat/zone/zone_map.h"

namespace netlat {

/// A zone of a Places, from 1; 0 is none known.
using PlaceId = std::uint32_t;

class Places {
 public:
  /// Names of records beyond these many places are counted as unknown: no
  /// cloud has as many zones.
  static constexpr std::size_t kMost = 512;

  /// `map` may be null, else outlives the places.
  explicit Places(const ZoneMap* map);

  /// Where the map says `address` was; 0 if it does not, or has no name.
  PlaceId at(const IpAddress& address, Stamp time) const noexcept;
  /// The place a record names; 0 for an empty name.
  PlaceId named(std::string_view name);
  /// As ZoneMap::relation, and among names of records by their regions, which
  /// a zone's name begins with.
  ZoneRelation relation(PlaceId a, PlaceId b) const noexcept;
  /// Untrusted; empty for 0.
  std::string_view name(PlaceId id) const noexcept { return places_[id].name; }
  /// The largest PlaceId.
  std::size_t count() const noexcept { return places_.size() - 1; }

 private:
  struct Place {
    std::string name;
    std::string stem;  ///< region as far as the name says
    ZoneId zone = 0;   ///< of the map
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  const ZoneMap* map_;
  std::vector<Place> places_;
  std::unordered_map<std::string, PlaceId, Hash, std::equal_to<>> by_name_;
  std::vector<PlaceId> of_zone_;
};

}  // namespace netlat
