#include "lib/zone/map_header.h"

#include <fmt/format.h>

#include "netlat/base/safe_text.h"

namespace netlat {

bool MapHeader::is_header(const CsvFields& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == kZoneColumns[0]) return true;
  }
  return false;
}

Result<MapHeader> MapHeader::read(const CsvFields& fields) {
  MapHeader header;
  header.columns_ = fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (std::size_t c = 0; c < kZoneColumns.size(); ++c) {
      if (fields[i] != kZoneColumns[c]) continue;
      if (header.at_[c]) {
        return Error{
            fmt::format("column {} is there twice, as number {} and "
                        "{}; remove one",
                        kZoneColumns[c], *header.at_[c] + 1, i + 1)};
      }
      header.at_[c] = i;
    }
  }
  for (const ZoneColumn c : {ZoneColumn::cidr, ZoneColumn::zone}) {
    const auto i = static_cast<std::size_t>(c);
    if (!header.at_[i]) {
      return Error{
          fmt::format("no column {}; the first line names the "
                      "columns, cidr and zone at least",
                      kZoneColumns[i])};
    }
  }
  return header;
}

}  // namespace netlat
