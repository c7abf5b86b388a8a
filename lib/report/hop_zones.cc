#include "netlat/report/hop_zones.h"

#include <algorithm>
#include <cmath>

#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

std::string name_of(const ZoneMap& map, const ZoneResult& where) {
  if (where.status != ZoneStatus::known) return {};
  const Zone zone = map.zone(where.zone);
  return SafeText(zone.name.empty() ? zone.region : zone.name).str();
}

bool passes(const HopRow& row, std::uint16_t lane) {
  return std::find(row.lanes.begin(), row.lanes.end(), lane) != row.lanes.end();
}

RttGrowth sum_of(const RttGrowth& a, const RttGrowth& b) {
  const double both = std::hypot(static_cast<double>(a.uncertainty.count()),
                                 static_cast<double>(b.uncertainty.count()));
  return {a.added + b.added, Nanos{std::llround(both)}};
}

// The zone that was left, and what the way since then has added.
struct Before {
  ZoneResult where;
  RttGrowth since;
};

Before before_row(const std::vector<HopRow>& rows,
                  const std::vector<ZoneResult>& wheres, std::size_t at,
                  const ZoneResult& sender) {
  const std::uint16_t lane = rows[at].lanes.front();
  Before before;
  if (rows[at].growth) before.since = *rows[at].growth;
  for (std::size_t i = at; i-- > 0;) {
    const HopRow& row = rows[i];
    if (row.former || row.ttl == rows[at].ttl || !passes(row, lane)) continue;
    if (wheres[i].status == ZoneStatus::known) {
      before.where = wheres[i];
      return before;
    }
    if (row.growth) before.since = sum_of(before.since, *row.growth);
  }
  before.where = sender;
  return before;
}

}  // namespace

std::vector<HopZone> hop_zones(const ZoneMap& map, const PathReport& path,
                               const std::vector<HopRow>& rows) {
  const Stamp time = stamp_ns(path.started.count());
  std::vector<ZoneResult> wheres;
  wheres.reserve(rows.size());
  for (const HopRow& row : rows) {
    wheres.push_back(row.address ? map.lookup(*row.address, time)
                                 : ZoneResult{});
  }
  std::vector<HopZone> out(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out[i].status = wheres[i].status;
    out[i].name = name_of(map, wheres[i]);
    if (wheres[i].status != ZoneStatus::known || rows[i].former) continue;
    const ZoneResult sender =
        map.lookup(path.lanes[rows[i].lanes.front()].source, time);
    const Before before = before_row(rows, wheres, i, sender);
    if (before.where.status != ZoneStatus::known) continue;
    out[i].from = name_of(map, before.where);
    out[i].relation = map.relation(before.where.zone, wheres[i].zone);
    if (rows[i].growth) out[i].added = before.since;
  }
  return out;
}

}  // namespace netlat
