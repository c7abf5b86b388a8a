#include "tools/capture/zones.h"

#include <fmt/format.h>

#include "tools/capture/config.h"

namespace netlat {

namespace {

// Why there is no map.
Error problem_of(ZoneMapReading reading) {
  Error first = std::move(reading.problems.front());
  if (reading.problem_count > 1) {
    first.message += fmt::format(" (and {} more: netlat zones lint)",
                                 reading.problem_count - 1);
  }
  return first;
}

Result<std::unique_ptr<CaptureZones>> capture_zones(ZoneMapReading reading) {
  if (!reading.map) return problem_of(std::move(reading));
  return std::make_unique<CaptureZones>(std::move(*reading.map));
}

}  // namespace

Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const ZoneOptions& options) {
  if (options.maps.empty()) return std::unique_ptr<CaptureZones>();
  return capture_zones(read_zone_maps(options.maps, reading_options(options)));
}

Result<ZoneTexts> read_zone_texts(const ZoneOptions& options) {
  ZoneTexts texts;
  if (options.maps.empty()) return texts;
  ZoneMapReading reading =
      read_zone_maps(options.maps, reading_options(options));
  if (!reading.map) return problem_of(std::move(reading));
  for (const std::string& path : reading.files) {
    auto text = read_whole_file(path);
    if (!text) return std::move(text.error());
    texts.try_emplace(path, std::move(*text));
  }
  return texts;
}

Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const ZoneOptions& options, const ZoneTexts& texts) {
  if (options.maps.empty()) return std::unique_ptr<CaptureZones>();
  return capture_zones(
      read_zone_map_texts(options.maps, texts, reading_options(options)));
}

}  // namespace netlat
