#include "netlat/zone/zone_reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "lib/zone/conflicts.h"
#include "lib/zone/line_text.h"
#include "lib/zone/map_file.h"
#include "lib/zone/zone_index.h"

namespace netlat {

namespace {

void warn_of_conflicts(ZoneMapReading& reading) {
  const ZoneMap& map = *reading.map;
  const auto conflicts =
      find_conflicts(map.index(), ZoneMapReading::kMostSentences);
  for (const ZoneConflict& c : conflicts) {
    ++reading.warning_count;
    reading.warnings.push_back(conflict_text(map, c.first, c.second) +
                               ": ambiguous");
  }
}

// `texts` is null where files are opened.
ZoneMapReading read_all(const std::vector<std::string>& paths,
                        const ZoneTexts* texts, const ZoneMapOptions& options) {
  ZoneMapReading reading;
  ZoneData data;
  MapFileReader reader(options, texts, data, reading);
  for (const std::string& path : paths) reader.read(path);
  reading.files = data.files;
  if (reading.problem_count > 0 && !options.keep_going) return reading;
  reading.map.emplace(std::make_unique<const ZoneIndex>(std::move(data)));
  warn_of_conflicts(reading);
  return reading;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace

ZoneMapReading read_zone_maps(const std::vector<std::string>& paths,
                              const ZoneMapOptions& options) {
  return read_all(paths, nullptr, options);
}

ZoneMapReading read_zone_map_texts(const std::vector<std::string>& paths,
                                   const ZoneTexts& texts,
                                   const ZoneMapOptions& options) {
  return read_all(paths, &texts, options);
}

ZoneMapReading read_zone_map_text(const std::string& name,
                                  const std::string& text,
                                  const ZoneMapOptions& options) {
  return read_zone_map_texts({name}, {{name, text}}, options);
}

std::vector<std::string> default_zone_maps() {
  std::vector<std::string> paths;
  std::string named = environment("NETLAT_ZONES");
  while (!named.empty()) {
    const auto colon = named.find(':');
    if (colon != 0) paths.push_back(named.substr(0, colon));
    named.erase(0, colon == std::string::npos ? colon : colon + 1);
  }
  if (!paths.empty()) return paths;
  std::string config = environment("XDG_CONFIG_HOME");
  const std::string home = environment("HOME");
  if (config.empty() && !home.empty()) config = home + "/.config";
  for (const std::string& directory : {config, std::string("/etc")}) {
    const std::string path = directory + "/netlat/zones.csv";
    if (!directory.empty() && access(path.c_str(), F_OK) == 0) return {path};
  }
  return {};
}

}  // namespace netlat
