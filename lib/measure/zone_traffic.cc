#include "netlat/measure/zone_traffic.h"

#include <algorithm>
#include <utility>

namespace netlat {

ZoneTraffic::ZoneTraffic() : pairs_(kPairs) {}

void ZoneTraffic::use(const ZoneLabeler* zones) {
  zones_ = zones;
}

ZonePlace ZoneTraffic::place(const IpAddress& address, Stamp time) {
  if (zones_ == nullptr) return {};
  const ZonePlace found = zones_->place(address, time);
  ++lookups_[static_cast<std::size_t>(found.status)];
  return found;
}

void ZoneTraffic::look_up(const Segment& s, Pair& pair) {
  pair.source = s.source;
  pair.destination = s.destination;
  pair.transport = s.transport;
  pair.known = true;
  pair.way =
      way(place(s.source, s.time), place(s.destination, s.time), s.transport);
}

std::uint32_t ZoneTraffic::way(const ZonePlace& source,
                               const ZonePlace& destination,
                               Transport transport) {
  // Few in a second: a host is in one zone.
  const auto found =
      std::find_if(ways_.begin(), ways_.end(), [&](const ZoneWay& way) {
        return way.transport == transport && way.source == source &&
               way.destination == destination;
      });
  if (found != ways_.end()) {
    return static_cast<std::uint32_t>(found - ways_.begin());
  }
  // The last one of each transport is that of the rest.
  constexpr std::size_t kRest = static_cast<std::size_t>(Transport::other) + 1;
  const bool rest = source == ZonePlace{} && destination == ZonePlace{};
  if (!rest && ways_.size() + kRest >= kMostWays) return way({}, {}, transport);
  ways_.push_back({source, destination, transport, 0, 0});
  return static_cast<std::uint32_t>(ways_.size()) - 1;
}

std::vector<ZoneWay> ZoneTraffic::take() {
  for (Pair& pair : pairs_) pair.known = false;
  return std::exchange(ways_, {});
}

}  // namespace netlat
