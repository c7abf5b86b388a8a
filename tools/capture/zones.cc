#include "tools/capture/zones.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace netlat {

namespace {

Result<std::unique_ptr<CaptureZones>> capture_zones(ZoneMapReading reading,
                                                    const std::string& name) {
  if (reading.map) {
    return std::make_unique<CaptureZones>(std::move(*reading.map));
  }
  if (reading.problems.empty()) {
    return Error{name + ": no zone map", ErrorKind::input};
  }
  Error first = std::move(reading.problems.front());
  if (reading.problem_count > 1) {
    first.message += fmt::format(" (and {} more: netlat zones lint)",
                                 reading.problem_count - 1);
  }
  return first;
}

}  // namespace

Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const std::vector<std::string>& files) {
  if (files.empty()) return std::unique_ptr<CaptureZones>();
  return capture_zones(read_zone_maps(files),
                       fmt::format("{}", fmt::join(files, ", ")));
}

Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const std::string& name, const std::string& text) {
  return capture_zones(read_zone_map_text(name, text), name);
}

}  // namespace netlat
