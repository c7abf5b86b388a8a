#include "netlat/flowlog/places.h"

namespace netlat {

namespace {

// "use1" of "use1-az2", "us-central1" of "us-central1-a": all before the last
// hyphen; nothing for a name that has none.
std::string_view stem_of(std::string_view name) {
  const auto hyphen = name.rfind('-');
  return hyphen == name.npos ? std::string_view{} : name.substr(0, hyphen);
}

}  // namespace

Places::Places(const ZoneMap* map) : map_(map), places_(1) {
  if (map_ == nullptr) return;
  of_zone_.resize(map_->zone_count() + 1);
  for (ZoneId id = 1; id <= map_->zone_count(); ++id) {
    const std::string_view name = map_->zone(id).name;
    if (name.empty()) continue;
    of_zone_[id] = static_cast<PlaceId>(places_.size());
    places_.push_back({std::string(name), std::string(stem_of(name)), id});
    by_name_.emplace(name, of_zone_[id]);
  }
}

PlaceId Places::at(const IpAddress& address, Stamp time) const noexcept {
  return map_ == nullptr ? 0 : of_zone_[map_->lookup(address, time).zone];
}

PlaceId Places::named(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    return found->second;
  }
  if (by_name_.size() >= kMost) return 0;
  const auto id = static_cast<PlaceId>(places_.size());
  places_.push_back({std::string(name), std::string(stem_of(name)), 0});
  by_name_.emplace(name, id);
  return id;
}

ZoneRelation Places::relation(PlaceId a, PlaceId b) const noexcept {
  if (a == 0 || b == 0) return ZoneRelation::unknown;
  if (a == b) return ZoneRelation::same;
  const Place& one = places_[a];
  const Place& other = places_[b];
  if (one.zone != 0 && other.zone != 0) {
    return map_->relation(one.zone, other.zone);
  }
  return one.stem == other.stem ? ZoneRelation::cross
                                : ZoneRelation::cross_region;
}

}  // namespace netlat
