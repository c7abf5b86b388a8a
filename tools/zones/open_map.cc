#include "tools/zones/open_map.h"

#include "netlat/report/json_writer.h"
#include "netlat/report/messages.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/zone_map_messages.h"
#include "tools/zones/commands.h"

namespace netlat {

ZoneMapReading open_map(const MapOptions& options, Output& out) {
  ZoneMapReading reading = read_zone_maps(options.files, options.reading);
  complain_of_zone_map(kTool, reading, options.quiet || !reading.map);
  if (options.json) {
    JsonWriter json;
    for (const Error& e : reading.problems) out.append(problem_line(json, e));
  }
  if (!reading.map) {
    complain(kTool,
             "the map is not used; mend it, or use what can be read "
             "with --keep-going");
  }
  return reading;
}

}  // namespace netlat
