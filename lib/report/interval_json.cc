#include "netlat/report/interval_json.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "lib/report/histogram_json.h"
#include "lib/report/zone_key_json.h"

namespace netlat {

std::string_view interval_line(JsonWriter& json, const Interval& interval,
                               const IntervalStats& stats,
                               const ZoneLabeler* zones,
                               const IntervalDrops& drops) {
  json.begin("interval");
  json.field("start_us", to_us(interval.start));
  json.field("end_us", to_us(interval.end));
  const bool others = &stats == &interval.others;
  std::string service;
  if (!others && !stats.rest) {
    service = endpoint_text(stats.key.server, stats.key.port);
  }
  put_interval_key(json, others ? nullptr : zones, stats.client_zone,
                   stats.server_zone, service);
  json.open_object("rtt");
  put_histogram(json, "server", stats.server_rtt);
  put_histogram(json, "client", stats.client_rtt);
  json.close_object();
  put_histogram(json, "service", stats.service);
  put_histogram(json, "turns", stats.turns);
  put_histogram(json, "handshake", stats.handshake);
  json.field("packets", stats.packets);
  json.field("bytes", stats.bytes);
  json.field("segments", stats.segments);
  json.field("retransmits", stats.retransmits);
  json.field("lost", stats.lost);
  json.field("connects", stats.connects);
  json.field("connect_failures", stats.connect_failures);
  json.field("kernel_drops", drops.kernel);
  json.field("interface_drops", drops.interface);
  json.field("tainted", drops.tainted || drops.any());
  return json.finish();
}

void keep_busiest(Interval& interval, std::size_t top) {
  auto& rows = interval.services;
  std::unordered_map<ServiceKey, std::uint64_t, ServiceKeyHash> packets;
  for (const IntervalStats& row : rows) packets[row.key] += row.packets;
  const auto busier = [&](const IntervalStats& a, const IntervalStats& b) {
    const std::uint64_t of_a = packets[a.key], of_b = packets[b.key];
    if (of_a != of_b) return of_a > of_b;
    return a.key != b.key ? a.key < b.key : a.packets > b.packets;
  };
  std::stable_sort(rows.begin(), rows.end(), busier);
  std::size_t named = 0, services = 0;
  while (named < rows.size()) {
    if (named == 0 || rows[named].key != rows[named - 1].key) ++services;
    if (services > top) break;
    ++named;
  }
  // What the others did stays with its pair of zones.
  std::map<std::pair<ZonePlace, ZonePlace>, std::size_t> rest;
  std::size_t end = named;
  for (std::size_t i = named; i < rows.size(); ++i) {
    const std::pair pair(rows[i].client_zone, rows[i].server_zone);
    if (pair == std::pair(ZonePlace(), ZonePlace())) {
      interval.others.merge(rows[i]);
      continue;
    }
    const auto [at, fresh] = rest.try_emplace(pair, end);
    if (!fresh) {
      rows[at->second].merge(rows[i]);
      continue;
    }
    if (end != i) rows[end] = std::move(rows[i]);
    rows[end++].rest = true;
  }
  rows.resize(end);
}

}  // namespace netlat
