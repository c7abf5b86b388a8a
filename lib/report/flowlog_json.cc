#include <fmt/format.h>

#include <cmath>

#include "lib/report/flowlog_words.h"
#include "lib/report/json_values.h"

namespace netlat {

namespace {

// In millionths of the unit of the price: records hold no fractions of money.
std::optional<std::int64_t> millionths(std::optional<double> amount) {
  constexpr double kMost = 9e18;
  if (!amount || *amount * 1e6 > kMost) return std::nullopt;
  return std::llround(*amount * 1e6);
}

std::optional<std::int64_t> crossing_cost(const FlowLogReport& report,
                                          bool leaves, std::uint64_t octets) {
  return leaves ? millionths(cost_of(report, octets)) : std::nullopt;
}

template <std::size_t N>
void traffic_object(JsonWriter& json, const char (&name)[N],
                    const Traffic& traffic) {
  json.open_object(name);
  json.field("bytes", traffic.bytes);
  json.field("packets", traffic.packets);
  json.close_object();
}

}  // namespace

std::string_view flowlog_file_line(JsonWriter& json, const LogFile& file) {
  const LineCounts& n = file.counts;
  json.begin("flowlog_file");
  json.text("source", file.path);
  put_text(json, "format", file.format);
  json.field("lines", n.lines);
  json.field("headers", n.headers);
  json.field("blank", n.blank);
  json.field("records", n.records);
  json.field("no_data", n.no_data);
  json.field("skip_data", n.skip_data);
  json.open_object("refused");
  json.field("field_count", n.refused[0]);
  json.field("bad_value", n.refused[1]);
  json.field("no_value", n.refused[2]);
  json.field("no_format", n.refused[3]);
  json.field("not_json", n.refused[4]);
  json.field("too_long", n.refused[5]);
  json.field("cut_off", n.refused[6]);
  json.close_object();
  json.field("mapped_addresses", n.mapped_addresses);
  json.field("absent_values", n.absent_values);
  json.open_array("unknown_fields");
  for (const std::string& name : file.unknown_fields) {
    json.element(name);
  }
  json.close_array();
  json.field("input_truncated", file.input_truncated);
  return json.finish();
}

std::string_view zone_pair_line(JsonWriter& json, const FlowLogReport& report,
                                const PairTotal& pair) {
  const Places& places = report.summary.places();
  const ZoneRelation relation = places.relation(pair.from, pair.to);
  json.begin("flowlog_zone_pair");
  put_text(json, "from_zone", places.name(pair.from));
  put_text(json, "to_zone", places.name(pair.to));
  json.plain("zone_relation", to_word(relation));
  json.field("bytes", pair.traffic.bytes);
  json.field("packets", pair.traffic.packets);
  json.field("cost_millionths",
             crossing_cost(report, leaves_zone(relation), pair.traffic.bytes));
  return json.finish();
}

std::string_view talker_line(JsonWriter& json, const FlowLogReport& report,
                             const Talker& t, const MeasuredTalker* measured) {
  const Places& places = report.summary.places();
  const ZoneRelation relation = relation_of(report, t);
  json.begin("flowlog_talker");
  json.field("protocol", t.key.protocol);
  json.plain("client_ip", t.key.client.text());
  json.plain("server_ip", t.key.server.text());
  json.field("server_port", t.key.port);
  put_text(json, "client_zone", places.name(t.client_place));
  put_text(json, "server_zone", places.name(t.server_place));
  json.plain("zone_relation", to_word(relation));
  json.field("start_us", to_us(t.first));
  json.field("end_us", to_us(t.last));
  json.field("records", t.records);
  traffic_object(json, "c2s", t.traffic(TalkerSide::client));
  traffic_object(json, "s2c", t.traffic(TalkerSide::server));
  json.field("cost_millionths",
             crossing_cost(report, leaves_zone(relation), t.bytes()));
  json.field("rejected_records", t.rejected_records);
  json.field("rejected_packets", t.rejected_packets);
  json.field("lost_packets", t.lost_packets);
  const bool timed = t.rtt_samples > 0;
  const auto if_timed = [timed](Nanos value) {
    return timed ? std::optional(value.count()) : std::nullopt;
  };
  json.open_object("logged_rtt");
  json.field("n", t.rtt_samples);
  json.field("min_ns", if_timed(t.rtt_min));
  json.field(
      "mean_ns",
      if_timed(timed ? t.rtt_sum / static_cast<std::int64_t>(t.rtt_samples)
                     : Nanos(0)));
  json.field("max_ns", if_timed(t.rtt_max));
  json.close_object();
  json.open_object("captured");
  json.field("connections", measured != nullptr
                                ? std::optional(measured->connections)
                                : std::nullopt);
  put_duration(json, "network_rtt_p50_ns",
               measured != nullptr ? measured->rtt_p50 : std::nullopt);
  json.close_object();
  return json.finish();
}

std::string_view joined_flow_line(JsonWriter& json, const JoinedFlow& joined) {
  const MeasuredFlow& f = joined.flow;
  json.begin("flowlog_joined");
  json.field("flow", f.id);
  put_text(json, "community_id", f.community_id);
  json.plain("client_ip", f.client.text());
  json.field("client_port", f.client_port);
  json.plain("server_ip", f.server.text());
  json.field("server_port", f.server_port);
  json.field("start_us", to_us(f.start));
  json.field("end_us", to_us(f.end));
  put_text(json, "handshake", f.handshake);
  json.open_object("network_rtt");
  json.field("n", f.rtt_samples);
  put_duration(json, "p50_ns", f.rtt_p50);
  put_duration(json, "p99_ns", f.rtt_p99);
  json.close_object();
  json.field("retransmits", f.retransmits);
  json.field("records", joined.records);
  json.field("rejected_records", joined.rejected_records);
  put_text(json, "reject_reason", joined.reject_reason);
  put_text(json, "client_zone", joined.client_zone);
  put_text(json, "server_zone", joined.server_zone);
  json.field("traffic_path", joined.traffic_path != 0
                                 ? std::optional(joined.traffic_path)
                                 : std::nullopt);
  traffic_object(json, "c2s", joined.to_server.traffic());
  traffic_object(json, "s2c", joined.to_client.traffic());
  json.field("lost_to_server", joined.to_server.lost());
  json.field("lost_to_client", joined.to_client.lost());
  if (const auto coverage = joined.coverage()) {
    json.real("coverage", *coverage);
  } else {
    json.null("coverage");
  }
  put_address(json, "via", joined.via.value_or(IpAddress()));
  put_address(json, "other_leg_ip",
              joined.other_leg.value_or(LogEnd()).address);
  put_unless_0(json, "other_leg_port",
               joined.other_leg.value_or(LogEnd()).port);
  json.field("incomplete", joined.incomplete);
  return json.finish();
}

std::string_view flowlog_summary_line(JsonWriter& json,
                                      const FlowLogReport& report) {
  const LogSummary& s = report.summary;
  LineCounts n;
  for (const LogFile& file : report.reader.files()) {
    n.lines += file.counts.lines;
    n.records += file.counts.records;
    n.no_data += file.counts.no_data;
    n.skip_data += file.counts.skip_data;
    n.refused[0] += file.counts.refused_total();
  }
  const auto if_any = [&n](Stamp time) {
    return n.records > 0 ? std::optional(time) : std::nullopt;
  };
  json.begin("flowlog_summary");
  json.field("files", report.reader.files().size());
  json.field("lines", n.lines);
  json.field("records", n.records);
  json.field("no_data", n.no_data);
  json.field("skip_data", n.skip_data);
  json.field("refused", n.refused[0]);
  json.field("problems", report.reader.problem_count());
  put_time(json, "first_us", if_any(s.first()));
  put_time(json, "last_us", if_any(s.last()));
  traffic_object(json, "total", s.total());
  traffic_object(json, "same_zone", s.total(ZoneRelation::same));
  traffic_object(json, "cross_zone", s.total(ZoneRelation::cross));
  traffic_object(json, "cross_region", s.total(ZoneRelation::cross_region));
  traffic_object(json, "zone_unknown", s.total(ZoneRelation::unknown));
  json.field("cost_millionths", millionths(cost_of(report, crossing_bytes(s))));
  json.field("rejected_records", s.rejected_records());
  json.field("rejected_packets", s.rejected_packets());
  json.field("lost_packets", s.lost_packets());
  json.field("zone_disagreements", s.zone_disagreements());
  json.field("talkers_evicted", s.talkers().evicted());
  json.field("records_joined",
             report.join != nullptr
                 ? std::optional(report.join->records_joined())
                 : std::nullopt);
  json.field("elapsed_ns", report.elapsed.count());
  json.field("exit", report.exit);
  return json.finish();
}

}  // namespace netlat
