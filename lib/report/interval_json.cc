#include "netlat/report/interval_json.h"

#include <algorithm>

#include "lib/report/histogram_json.h"
#include "lib/report/json_values.h"

namespace netlat {

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
