#pragma once
// What is wrong with a zone map, by itself and held against captures.

#include <string>
#include <string_view>
#include <vector>

#include "netlat/measure/zone_doubt.h"
#include "netlat/measure/zone_matrix.h"
#include "netlat/report/json_writer.h"
#include "netlat/zone/zone_lint.h"

namespace netlat {

/// A sentence each; of many of one kind the first 20 and how many more.
std::string text_zone_findings(const ZoneMap& map,
                               const std::vector<ZoneFinding>& findings);
/// A sentence each.
std::string text_zone_doubts(const ZoneMap& map,
                             const std::vector<ZoneDoubt>& doubts);
/// Addresses without a zone by their traffic: the first 20 and how many more.
std::string text_unplaced(const ZoneMatrix& matrix);

// Records.  Each line is valid until `json` is used again.

std::string_view zone_finding_line(JsonWriter& json, const ZoneMap& map,
                                   const ZoneFinding& finding);
std::string_view zone_finding_line(JsonWriter& json, const ZoneMap& map,
                                   const ZoneDoubt& doubt);
std::string_view zone_address_line(JsonWriter& json, const IpAddress& address,
                                   const UnplacedAddress& what);

}  // namespace netlat
