#pragma once
// Which column of a zone map holds what.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/zone/csv_fields.h"
#include "netlat/base/result.h"

namespace netlat {

enum class ZoneColumn : std::uint8_t {
  cidr,
  zone,
  region,
  scope,
  label,
  kind,
  source,
  valid_from_us,
  valid_to_us,
};
inline constexpr std::array<std::string_view, 9> kZoneColumns = {
    "cidr", "zone",   "region",        "scope",      "label",
    "kind", "source", "valid_from_us", "valid_to_us"};

/// The first line of a map, as our own importers write it too.
inline constexpr std::string_view kZoneMapMark = "#netlat-zones";
inline constexpr std::string_view kIncludeMark = "#include";
inline constexpr std::string_view kZoneNameMark = "#zone-name";
inline constexpr std::string_view kExpectedMark = "#expected-rtt";
/// Before a place of an expected-rtt line that is a region and no zone.
inline constexpr std::string_view kRegionPlace = "region:";

class MapHeader {
 public:
  /// The line names columns, rather than being one of the lines.
  static bool is_header(const CsvFields& fields);
  /// Unknown columns are left alone.
  static Result<MapHeader> read(const CsvFields& fields);

  std::size_t columns() const { return columns_; }
  /// Empty where the map has no such column.
  std::string_view get(const CsvFields& fields, ZoneColumn column) const {
    const auto at = at_[static_cast<std::size_t>(column)];
    return at ? fields[*at] : std::string_view();
  }

 private:
  std::array<std::optional<std::size_t>, kZoneColumns.size()> at_;
  std::size_t columns_ = 0;
};

}  // namespace netlat
