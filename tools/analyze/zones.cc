#include "tools/analyze/zones.h"

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

}  // namespace

Zones::Zones(OpenedZoneMap opened, const Options& options)
    : map_(std::move(*opened.map)),
      labeler_(map_),
      matrix_(labeler_),
      names_{std::move(opened.files), options.zones.scopes},
      found_(std::move(opened.found)),
      cost_per_gb_(options.cost_per_gb) {}

Result<std::unique_ptr<Zones>> Zones::prepare(const Options& options) {
  auto opened = open_zone_map(kTool, options.zones, options.quiet);
  if (!opened) return std::move(opened.error());
  if (opened->files.empty() && options.cost_per_gb) {
    return Error{"--cost-per-gb: no zone map; name one with --zones",
                 ErrorKind::usage};
  }
  if (!opened->map) return std::unique_ptr<Zones>();
  return std::unique_ptr<Zones>(new Zones(std::move(*opened), options));
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
