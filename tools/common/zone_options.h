#pragma once
// --zones and --scope: the zone map of a run, the same in every tool.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/zone/zone_reader.h"

namespace CLI {
class App;
}

namespace netlat {

struct ZoneOptions {
  std::vector<std::string> maps;    ///< empty: those found where maps stand
  std::vector<std::string> scopes;  ///< empty: each by itself
};

/// How maps are read with these options.
ZoneMapOptions reading_options(const ZoneOptions& options);

/// `into` must outlive the parsing.
void add_zone_options(CLI::App& app, ZoneOptions& into);

struct OpenedZoneMap {
  std::optional<ZoneMap> map;      ///< none: no zones are shown
  std::vector<std::string> files;  ///< it was read from
  std::string found;               ///< "NETLAT_ZONES"; empty: it was named
};

/// Reads the map and complains of what is wrong with it.  A map that was named
/// has to be readable; one that was found is done without.
Result<OpenedZoneMap> open_zone_map(std::string_view tool,
                                    const ZoneOptions& options, bool quiet);

}  // namespace netlat
