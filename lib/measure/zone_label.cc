#include "netlat/measure/zone_label.h"

#include "netlat/base/safe_text.h"

namespace netlat {

ZoneLabeler::ZoneLabeler(const ZoneMap& map) : map_(map) {
  for (std::size_t i = 0; i <= map.zone_count(); ++i) {
    const Zone zone = map.zone(static_cast<ZoneId>(i));
    names_.push_back(SafeText(zone.name).str());
    regions_.push_back(SafeText(zone.region).str());
  }
}

FlowZones ZoneLabeler::zones(const FlowRecord& flow) const noexcept {
  FlowZones out;
  out.client = map_.lookup(flow.client, flow.start_time);
  out.server = map_.lookup(flow.server, flow.start_time);
  out.relation = relation(out.client_place(), out.server_place());
  return out;
}

ZonePlace ZoneLabeler::place(const IpAddress& address,
                             Stamp time) const noexcept {
  return FlowZones::place(map_.lookup(address, time));
}

ZoneNames ZoneLabeler::names(const FlowZones& zones) const noexcept {
  return {name(zones.client_place()), name(zones.server_place()),
          to_word(zones.relation)};
}

std::string_view ZoneLabeler::name(const ZonePlace& place) const noexcept {
  if (place.status != ZoneStatus::known) return {};
  return names_[place.zone];
}

std::string_view ZoneLabeler::region(const ZonePlace& place) const noexcept {
  return regions_[place.zone];
}

}  // namespace netlat
