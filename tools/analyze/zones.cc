#include "tools/analyze/zones.h"

#include <algorithm>
#include <cstdlib>

#include "netlat/report/messages.h"
#include "netlat/report/zone_map_messages.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {

namespace {

constexpr const char* kTool = "netlat analyze";

// Sums what the files say; nothing if one does not.
template <class Get>
std::optional<std::uint64_t> sum_of(const std::vector<CaptureRecord>& captures,
                                    const Get& get) {
  std::uint64_t sum = 0;
  for (const CaptureRecord& c : captures) {
    const std::optional<std::uint64_t>& drops = get(c);
    if (!drops) return std::nullopt;
    sum += *drops;
  }
  return sum;
}

// Who named the map, if not the command line.
std::string found_by() {
  const char* const named = std::getenv("NETLAT_ZONES");
  return named != nullptr && *named != '\0' ? "NETLAT_ZONES" : "default";
}

}  // namespace

Zones::Zones(ZoneMap map, const Options& options, std::string found)
    : map_(std::move(map)),
      labeler_(map_),
      matrix_(labeler_),
      found_(std::move(found)),
      cost_per_gb_(options.cost_per_gb) {
  names_.scopes = options.zone_scopes;
}

Result<std::unique_ptr<Zones>> Zones::prepare(const Options& options) {
  const bool named = !options.zones.empty();
  const std::vector<std::string> files =
      named ? options.zones : default_zone_maps();
  if (files.empty()) {
    if (options.cost_per_gb || !options.zone_scopes.empty()) {
      return Error{"no zone map; name one with --zones", ErrorKind::usage};
    }
    return std::unique_ptr<Zones>();
  }
  ZoneMapOptions reading_options;
  reading_options.scopes = options.zone_scopes;
  ZoneMapReading reading = read_zone_maps(files, reading_options);
  complain_of_zone_map(kTool, reading, options.quiet);
  if (!reading.map) {
    const ErrorKind kind =
        reading.problems.empty() ? ErrorKind::input : reading.problems[0].kind;
    if (named) {
      return Error{"the zone map is not used; mend it (netlat zones lint)",
                   kind};
    }
    complain(kTool, "the zone map is not used; zones are not shown");
    return std::unique_ptr<Zones>();
  }
  std::unique_ptr<Zones> zones(new Zones(std::move(*reading.map), options,
                                         named ? std::string() : found_by()));
  zones->names_.maps = files;
  return zones;
}

void Zones::write(const std::vector<CaptureRecord>& captures,
                  Output& out) const {
  ZoneDrops drops;
  drops.kernel = sum_of(
      captures,
      [](const CaptureRecord& c) -> const auto& { return c.kernel_drops; });
  drops.interface = sum_of(
      captures,
      [](const CaptureRecord& c) -> const auto& { return c.interface_drops; });
  JsonWriter json;
  for (const auto& [key, stats] : matrix_.pairs()) {
    out.append(zone_pair_line(json, matrix_, &key, stats, drops));
  }
  const ZonePairStats& others = matrix_.others();
  if (others.total().connections > 0) {
    out.append(zone_pair_line(json, matrix_, nullptr, others, drops));
  }
  out.append(zones_line(json, matrix_, names_));
}

ZoneReport Zones::report() const {
  ZoneReport report = zone_report(matrix_);
  report.names = names_;
  report.found = found_;
  report.cost_per_gb = cost_per_gb_;
  return report;
}

}  // namespace netlat
