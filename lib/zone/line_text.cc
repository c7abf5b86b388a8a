#include "lib/zone/line_text.h"

#include <fmt/format.h>

#include "netlat/base/safe_text.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

std::string zone_text(const ZoneMap& map, ZoneId id) {
  const Zone zone = map.zone(id);
  if (zone.name.empty() && zone.region.empty()) return "no zone";
  return SafeText(zone.name.empty() ? zone.region : zone.name).str();
}

std::string place_text(const ZoneLine& line) {
  const std::string file =
      line.file == "-" ? "standard input" : SafeText(line.file).str();
  return fmt::format("{}:{}", file, line.number);
}

std::string conflict_text(const ZoneMap& map, ZoneLineId first,
                          ZoneLineId second) {
  const ZoneLine a = map.line(first), b = map.line(second);
  return fmt::format("{} and {} put {} into {} and {}", place_text(a),
                     place_text(b), prefix_text(a.prefix),
                     zone_text(map, a.zone), zone_text(map, b.zone));
}

}  // namespace netlat
