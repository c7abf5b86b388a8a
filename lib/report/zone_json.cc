#include "netlat/report/zone_json.h"

#include "lib/report/histogram_json.h"
#include "lib/report/json_values.h"
#include "lib/report/zone_key_json.h"

namespace netlat {

namespace {

void put_times(JsonWriter& json, const ZonePairStats& stats,
               const ServiceStats& total) {
  json.open_object("rtt");
  put_histogram(json, "server", total[Distribution::server_network]);
  put_histogram(json, "client", total[Distribution::client_network]);
  put_histogram(json, "longer", stats.network());
  json.close_object();
  put_histogram(json, "service", total[Distribution::service]);
  put_histogram(json, "turns", total[Distribution::elapsed]);
  put_histogram(json, "handshake", total.connect);
}

template <std::size_t N>
void put_share(JsonWriter& json, const char (&name)[N],
               const ZoneShare& share) {
  json.open_object(name);
  json.field("connections", share.connections);
  json.field("bytes", share.bytes);
  json.field("sent_bytes", share.sent);
  json.close_object();
}

template <std::size_t N>
void put_list(JsonWriter& json, const char (&name)[N],
              const std::vector<std::string>& texts) {
  json.open_array(name);
  for (const std::string& text : texts) json.element(text);
  json.close_array();
}

}  // namespace

std::string_view zone_pair_line(JsonWriter& json, const ZoneMatrix& matrix,
                                const ZonePairKey* key,
                                const ZonePairStats& stats,
                                const ZoneDrops& drops) {
  const ServiceStats total = stats.total();
  const DirectionRecord &c2s = total.c2s, &s2c = total.s2c;
  json.begin("interval");
  json.field("start_us", to_us(matrix.first()));
  json.field("end_us", to_us(matrix.last()) + 1);
  if (key != nullptr) {
    put_interval_key(json, &matrix.labeler(), key->client, key->server, {});
  } else {
    put_interval_key(json, nullptr, {}, {}, {});
  }
  put_times(json, stats, total);
  json.field("packets", c2s.packets + s2c.packets);
  json.field("bytes", c2s.bytes + s2c.bytes);
  json.field("segments", c2s.segments + s2c.segments);
  json.field("retransmits", c2s.retransmits + s2c.retransmits);
  json.field("lost", total.lost(Half::server).packets +
                         total.lost(Half::client).packets);
  json.field("connects", total.by_outcome[static_cast<std::size_t>(
                             HandshakeOutcome::established)]);
  json.field("connect_failures", total.connect_failures());
  json.field("kernel_drops", drops.kernel);
  json.field("interface_drops", drops.interface);
  const auto expected = key == nullptr ? std::nullopt
                                       : matrix.labeler().map().expected_rtt(
                                             key->client.zone, key->server.zone,
                                             matrix.first(), matrix.last());
  put_duration(json, "expected_rtt_ns",
               expected ? std::optional(expected->rtt) : std::nullopt);
  json.field("expected_then",
             expected ? std::optional(expected->then) : std::nullopt);
  json.field("tainted",
             drops.kernel.value_or(0) > 0 || drops.interface.value_or(0) > 0);
  return json.finish();
}

std::string_view zones_line(JsonWriter& json, const ZoneMatrix& matrix,
                            const ZoneMapNames& names) {
  json.begin("zones");
  put_list(json, "maps", names.maps);
  put_list(json, "scopes", names.scopes);
  put_share(json, "all", matrix.all());
  put_share(json, "same", matrix.of(ZoneRelation::same));
  put_share(json, "cross", matrix.of(ZoneRelation::cross));
  put_share(json, "cross_region", matrix.of(ZoneRelation::cross_region));
  put_share(json, "undecided", matrix.of(ZoneRelation::unknown));
  put_share(json, "unknown", matrix.of(ZoneStatus::unknown));
  put_share(json, "ambiguous", matrix.of(ZoneStatus::ambiguous));
  std::uint64_t unknown = 0, ambiguous = 0;
  for (const auto& [address, what] : matrix.unplaced()) {
    ++(what.status == ZoneStatus::ambiguous ? ambiguous : unknown);
  }
  json.field("unknown_addresses", unknown);
  json.field("ambiguous_addresses", ambiguous);
  json.field("more_addresses", matrix.more_unplaced());
  return json.finish();
}

}  // namespace netlat
