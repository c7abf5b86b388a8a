#include "netlat/report/interval_json.h"

#include <algorithm>

#include "lib/report/json_values.h"

namespace netlat {

namespace {

template <std::size_t N>
void histogram(JsonWriter& json, const char (&name)[N],
               const ExponentialHistogram& h) {
  const SampleTotals& totals = h.totals();
  json.open_object(name);
  json.field("n", totals.n);
  json.field("sum_ns", totals.sum.count());
  if (totals.n == 0) {
    json.null("min_ns");
    json.null("max_ns");
  } else {
    json.field("min_ns", totals.min.count());
    json.field("max_ns", totals.max.count());
  }
  const DenseBuckets buckets = h.dense();
  json.field("scale", buckets.scale);
  json.field("offset", buckets.offset);
  json.open_array("counts");
  for (const std::uint64_t n : buckets.counts) json.element(n);
  json.close_array();
  json.close_object();
}

}  // namespace

std::string_view interval_line(JsonWriter& json, const Interval& interval,
                               const IntervalStats& stats, bool others,
                               const IntervalDrops& drops) {
  json.begin("interval");
  json.field("start_us", to_us(interval.start));
  json.field("end_us", to_us(interval.end));
  json.open_object("key");
  json.null("client_zone");
  json.null("server_zone");
  if (others) {
    json.null("server");
  } else {
    json.plain("server", endpoint_text(stats.key.server, stats.key.port));
  }
  json.close_object();
  json.open_object("rtt");
  histogram(json, "server", stats.server_rtt);
  histogram(json, "client", stats.client_rtt);
  json.close_object();
  histogram(json, "service", stats.service);
  histogram(json, "turns", stats.turns);
  histogram(json, "handshake", stats.handshake);
  json.field("packets", stats.packets);
  json.field("bytes", stats.bytes);
  json.field("segments", stats.segments);
  json.field("retransmits", stats.retransmits);
  json.field("lost", stats.lost);
  json.field("connects", stats.connects);
  json.field("connect_failures", stats.connect_failures);
  json.field("kernel_drops", drops.kernel);
  json.field("interface_drops", drops.interface);
  json.field("tainted", drops.any());
  return json.finish();
}

void keep_busiest(Interval& interval, std::size_t top) {
  auto& services = interval.services;
  std::stable_sort(services.begin(), services.end(),
                   [](const IntervalStats& a, const IntervalStats& b) {
                     return a.packets > b.packets;
                   });
  for (std::size_t i = top; i < services.size(); ++i) {
    interval.others.merge(services[i]);
  }
  if (services.size() > top) services.resize(top);
}

}  // namespace netlat
