// What aws ec2 get-aws-network-performance-data prints: the medians of the
// cloud's own probes, in milliseconds there and back, for pairs of zones or
// regions and windows of five minutes to a week.

#include <algorithm>
#include <charconv>
#include <cmath>

#include "lib/zone/importers.h"
#include "lib/zone/map_header.h"
#include "lib/zone/zone_table.h"
#include "netlat/zone/utc_time.h"

namespace netlat {

namespace {

constexpr std::string_view kPaths[] = {
    "Source",
    "Destination",
    "Metric",
    "Statistic",
    "MetricPoints[].StartDate",
    "MetricPoints[].EndDate",
    "MetricPoints[].Value",
};

// A region ends in a digit and its zones' names in a letter after it.
bool is_region(std::string_view place) {
  return region_of_aws_name(std::string(place) + 'a') == place;
}

std::string place_of(std::string_view text, ImportContext& to) {
  if (is_region(text)) return std::string(kRegionPlace) + std::string(text);
  const bool name = zone_spelling(text) == ZoneSpelling::aws_name;
  return name ? to.zone({}, text, {}, {}) : to.zone(text, {}, {}, {});
}

std::optional<std::int64_t> microseconds_of(std::string_view milliseconds) {
  constexpr double kLongest = 60'000;
  double value = 0;
  const char* const end = milliseconds.data() + milliseconds.size();
  const auto [at, error] = std::from_chars(milliseconds.data(), end, value);
  if (error != std::errc{} || at != end || !(value > 0 && value <= kLongest)) {
    return std::nullopt;
  }
  return std::max<std::int64_t>(1, std::llround(value * 1000));
}

}  // namespace

std::span<const std::string_view> aws_netperf_paths() {
  return kPaths;
}

void import_aws_netperf(const JsonItem& item, ImportContext& to) {
  const std::string_view source = item.get("Source");
  const std::string_view target = item.get("Destination");
  if (source.empty() || target.empty() ||
      item.get("Metric") != "aggregate-latency" ||
      item.get("Statistic") != "p50" ||
      is_region(source) != is_region(target)) {
    return to.unknown_item(item.where());
  }
  const std::string a = place_of(source, to), b = place_of(target, to);
  item.each("MetricPoints[].Value",
            [&](const std::string& value, std::uint32_t group) {
              const auto rtt = microseconds_of(value);
              const auto from =
                  parse_utc_time(item.get("MetricPoints[].StartDate", group));
              const auto until =
                  parse_utc_time(item.get("MetricPoints[].EndDate", group));
              if (rtt && from && until && *from < *until) {
                to.expect(a, b, *rtt, *from, *until);
              }
            });
}

}  // namespace netlat
