#pragma once
// What the text answer says of zones, as plain values.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/measure/zone_matrix.h"
#include "netlat/report/zone_json.h"

namespace netlat {

struct ZonePairRow {
  std::size_t client = 0, server = 0;  ///< into ZoneReport::places
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;  ///< turns
  std::uint64_t failed = 0;    ///< connects
  std::uint64_t segments = 0, retransmits = 0;
  std::uint64_t bytes = 0;
  Quantiles network;  ///< of the longer half of each connection
  Quantiles service;
  std::optional<ExpectedRtt> expected;  ///< by the cloud, if the map has it
};

struct UnplacedRow {
  IpAddress address;
  UnplacedAddress what;
};

struct ZoneReport {
  ZoneMapNames names;
  std::string found;  ///< "NETLAT_ZONES"; empty: the map was named
  /// A price for 10^9 octets between zones of one region, in any currency.
  std::optional<double> cost_per_gb;

  /// By name; what has none last: "REGION ?", "unknown", "ambiguous".
  std::vector<std::string> places;
  std::vector<ZonePairRow> pairs;  ///< most octets first
  std::uint64_t others = 0;        ///< connections of pairs beyond the table

  ZoneShare all, unknown, ambiguous;
  std::array<ZoneShare, kZoneRelations> by_relation;
  std::vector<UnplacedRow> unplaced;  ///< most octets first
  bool more_unplaced = false;
};

ZoneReport zone_report(const ZoneMatrix& matrix);

}  // namespace netlat
