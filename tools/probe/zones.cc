#include "tools/probe/zones.h"

#include "netlat/report/messages.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {

Result<std::optional<ZoneMap>> read_probe_zones(const ProbeOptions& options) {
  const bool named = !options.zones.empty();
  const auto files = named ? options.zones : default_zone_maps();
  std::optional<ZoneMap> map;
  if (files.empty()) return map;
  ZoneMapReading reading = read_zone_maps(files);
  complain_all(kProbeTool, reading.problems);
  if (!options.quiet) {
    for (const std::string& warning : reading.warnings) {
      complain(kProbeTool, warning);
    }
  }
  if (!reading.map && named) {
    return Error{"the zone map is not used; mend it (netlat zones lint)",
                 reading.problems.front().kind};
  }
  if (!reading.map) {
    complain(kProbeTool, "the zone map is not used; zones are not shown");
  }
  return std::move(reading.map);
}

}  // namespace netlat
