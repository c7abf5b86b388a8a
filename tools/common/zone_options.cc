#include "tools/common/zone_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "netlat/report/messages.h"
#include "netlat/report/zone_map_messages.h"

namespace netlat {

namespace {

// Who named the map, if not the command line.
std::string found_by() {
  const char* const named = std::getenv("NETLAT_ZONES");
  return named != nullptr && *named != '\0' ? "NETLAT_ZONES" : "default";
}

}  // namespace

void add_zone_options(CLI::App& app, ZoneOptions& into) {
  app.add_option("--zones", into.maps,
                 "zone map; may be repeated (NETLAT_ZONES)")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--scope", into.scopes,
                 "only its lines of this scope and of none; may be repeated")
      ->option_text("NAME")
      ->allow_extra_args(false)
      ->take_all();
}

ZoneMapOptions reading_options(const ZoneOptions& options) {
  ZoneMapOptions reading;
  reading.scopes = options.scopes;
  return reading;
}

Result<OpenedZoneMap> open_zone_map(std::string_view tool,
                                    const ZoneOptions& options, bool quiet) {
  OpenedZoneMap opened;
  const bool named = !options.maps.empty();
  opened.files = named ? options.maps : default_zone_maps();
  if (opened.files.empty()) {
    if (options.scopes.empty()) return opened;
    return Error{"--scope: no zone map; name one with --zones",
                 ErrorKind::usage};
  }
  if (!named) opened.found = found_by();
  ZoneMapReading reading =
      read_zone_maps(opened.files, reading_options(options));
  complain_of_zone_map(tool, reading, quiet);
  if (!reading.map && named) {
    return Error{"the zone map is not used; mend it (netlat zones lint)",
                 reading.problems.front().kind};
  }
  if (!reading.map) {
    complain(tool, "the zone map is not used; zones are not shown");
  }
  opened.map = std::move(reading.map);
  return opened;
}

}  // namespace netlat
