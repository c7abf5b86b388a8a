#include "tools/zones/open_map.h"

#include <fmt/format.h>

#include "netlat/report/json_writer.h"
#include "netlat/report/messages.h"
#include "netlat/report/summary_json.h"
#include "tools/zones/commands.h"

namespace netlat {

namespace {

void warn(const ZoneMapReading& reading) {
  constexpr std::size_t kMost = 10;
  const std::size_t shown = std::min(reading.warnings.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) complain(kTool, reading.warnings[i]);
  if (reading.warning_count > shown) {
    complain(kTool,
             fmt::format("and {} more warnings (netlat zones lint lists them)",
                         reading.warning_count - shown));
  }
}

}  // namespace

ZoneMapReading open_map(const MapOptions& options, Output& out) {
  ZoneMapReading reading = read_zone_maps(options.files, options.reading);
  complain_all(kTool, reading.problems);
  if (options.json) {
    JsonWriter json;
    for (const Error& e : reading.problems) out.append(problem_line(json, e));
  }
  if (!reading.map) {
    complain(kTool,
             "the map is not used; mend it, or use what can be read "
             "with --keep-going");
  } else if (!options.quiet) {
    warn(reading);
  }
  return reading;
}

}  // namespace netlat
