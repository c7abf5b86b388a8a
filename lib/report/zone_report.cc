#include "netlat/report/zone_report.h"

#include <algorithm>
#include <map>

namespace netlat {

namespace {

// Zones by name, then what is less than a zone.
struct Title {
  int rank;
  std::string text;

  friend auto operator<=>(const Title&, const Title&) = default;
};

Title title(const ZoneLabeler& labeler, const ZonePlace& place) {
  switch (place.status) {
    case ZoneStatus::known:
      return {0, std::string(labeler.name(place))};
    case ZoneStatus::ambiguous:
      return {3, "ambiguous"};
    case ZoneStatus::unknown:
      break;
  }
  const std::string_view region = labeler.region(place);
  if (region.empty()) return {2, "unknown"};
  return {1, std::string(region) + " ?"};
}

ZonePairRow pair_row(const ZonePairStats& stats) {
  const ServiceStats total = stats.total();
  ZonePairRow row;
  row.connections = total.connections;
  row.requests = total.turns;
  row.failed = total.connect_failures();
  row.segments = total.c2s.segments + total.s2c.segments;
  row.retransmits = total.c2s.retransmits + total.s2c.retransmits;
  row.bytes = total.c2s.bytes + total.s2c.bytes;
  row.network = stats.network().quantiles();
  row.service = total[Distribution::service].quantiles();
  return row;
}

}  // namespace

ZoneReport zone_report(const ZoneMatrix& matrix) {
  ZoneReport report;
  const ZoneLabeler& labeler = matrix.labeler();
  std::map<Title, std::size_t> numbers;
  for (const auto& [key, stats] : matrix.pairs()) {
    numbers[title(labeler, key.client)];
    numbers[title(labeler, key.server)];
  }
  for (auto& [name, number] : numbers) {
    number = report.places.size();
    report.places.push_back(name.text);
  }
  for (const auto& [key, stats] : matrix.pairs()) {
    ZonePairRow& row = report.pairs.emplace_back(pair_row(stats));
    row.client = numbers[title(labeler, key.client)];
    row.server = numbers[title(labeler, key.server)];
    row.expected = labeler.map().expected_rtt(key.client.zone, key.server.zone,
                                              matrix.first(), matrix.last());
  }
  std::stable_sort(report.pairs.begin(), report.pairs.end(),
                   [](const ZonePairRow& a, const ZonePairRow& b) {
                     return a.bytes > b.bytes;
                   });
  const ServiceStats others = matrix.others().total();
  report.others = others.connections;
  report.all = matrix.all();
  report.unknown = matrix.of(ZoneStatus::unknown);
  report.ambiguous = matrix.of(ZoneStatus::ambiguous);
  for (std::size_t i = 0; i < kZoneRelations; ++i) {
    report.by_relation[i] = matrix.of(static_cast<ZoneRelation>(i));
  }
  for (const auto& [address, what] : matrix.unplaced()) {
    report.unplaced.push_back({address, what});
  }
  report.more_unplaced = matrix.more_unplaced();
  return report;
}

}  // namespace netlat
