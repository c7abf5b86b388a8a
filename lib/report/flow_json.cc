#include "netlat/report/flow_json.h"

#include "lib/report/json_values.h"
#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

void retransmits(JsonWriter& json, const DirectionRecord& d) {
  const auto cause = [&](RetransmitCause c) {
    return d.by_cause[static_cast<std::size_t>(c)];
  };
  json.open_object("retransmits");
  json.field("total", d.retransmits);
  json.field("syn_timer", cause(RetransmitCause::syn_timer));
  json.field("persist", cause(RetransmitCause::persist));
  json.field("fast", cause(RetransmitCause::fast));
  json.field("timeout_recovery", cause(RetransmitCause::timeout_recovery));
  json.field("tlp", cause(RetransmitCause::tlp));
  json.field("rto", cause(RetransmitCause::rto));
  json.field("tlp_or_rto", cause(RetransmitCause::tlp_or_rto));
  json.field("pmtud", cause(RetransmitCause::pmtud));
  json.field("unknown", cause(RetransmitCause::unknown));
  json.close_object();
}

// What only a direction in trouble has.
void trouble(JsonWriter& json, const DirectionRecord& d) {
  retransmits(json, d);
  json.field("retransmitted_bytes", d.retransmitted_bytes);
  json.open_object("necessary");
  json.field("proven", d.necessary_proven);
  json.field("undetermined", d.necessary_undetermined);
  json.field("proven_spurious", d.necessary_proven_spurious);
  json.close_object();
  json.field("reordered", d.reordered);
  json.field("reordered_late_original", d.reordered_late_original);
  json.field("network_duplicates", d.network_duplicates);
  json.field("capture_duplicates", d.capture_duplicates);
  json.field("keepalives", d.keepalives);
  json.field("zero_windows", d.zero_windows);
  json.field("zero_window_ns", d.zero_window.count());
  json.field("zero_window_probes", d.zero_window_probes);
  json.field("window_full", d.window_full);
  json.field("dup_acks", d.dup_acks);
  json.field("lost_upstream", d.lost_upstream);
}

bool in_trouble(const DirectionRecord& d) {
  DirectionRecord rest = d;
  rest.packets = rest.bytes = rest.segments = rest.max_in_flight = 0;
  rest.lost_upstream_exact = false;
  rest.mss.reset();
  rest.window_scale.reset();
  return rest != DirectionRecord{};
}

std::string no_trouble() {
  JsonWriter json;
  json.begin("flow");
  const std::size_t before = json.written().size();
  trouble(json, DirectionRecord{});
  return std::string(json.written().substr(before));
}

template <std::size_t N>
void direction(JsonWriter& json, const char (&name)[N],
               const DirectionRecord& d, std::string_view no_trouble) {
  json.open_object(name);
  json.field("packets", d.packets);
  json.field("bytes", d.bytes);
  json.field("segments", d.segments);
  if (in_trouble(d)) {
    trouble(json, d);
  } else {
    json.members(no_trouble);
  }
  json.field("lost_upstream_exact", d.lost_upstream_exact);
  json.field("lost_downstream", d.lost_downstream);
  json.field("capture_gap_bytes", d.capture_gap_bytes);
  json.field("stall_ns", d.stall.count());
  json.field("max_in_flight", d.max_in_flight);
  json.field("mss", d.mss);
  json.field("wscale", d.window_scale);
  json.close_object();
}

void handshake(JsonWriter& json, const HandshakeRecord& h) {
  json.open_object("handshake");
  json.plain("outcome", word(h.outcome));
  put_duration(json, "server_ns", h.server);
  put_duration(json, "client_ns", h.client);
  put_duration(json, "connect_ns", h.connect);
  json.field("ambiguous", h.ambiguous);
  if (h.unreachable) json.field("unreachable", true);
  json.field("syn_retransmits", h.syn_retransmits);
  json.field("synack_retransmits", h.synack_retransmits);
  json.close_object();
}

void tls(JsonWriter& json, const std::optional<TlsRecord>& record) {
  if (!record) {
    json.null("tls");
    return;
  }
  json.open_object("tls");
  put_text(json, "sni", record->sni.str());
  put_text(json, "version", record->version);
  json.field("resumed", record->resumed);
  put_duration(json, "network_ns", record->network);
  put_duration(json, "server_ns", record->server);
  json.close_object();
}

void encapsulation(JsonWriter& json, const std::vector<Encap>& encap) {
  json.open_array("encap");
  for (const Encap& e : encap) {
    std::string text = encap_name(e.kind);
    if (e.id != 0) text += ':' + std::to_string(e.id);
    json.element(text);
  }
  json.close_array();
}

}  // namespace

FlowJson::FlowJson() : no_trouble_(no_trouble()) {}

void FlowJson::identity(const FlowRecord& flow, std::string_view vantage,
                        const ZoneNames& zones) {
  json_.field("id", flow.id);
  json_.plain("community_id", community_id_({flow.client, flow.client_port},
                                            {flow.server, flow.server_port},
                                            ip_protocol(flow.proto)));
  json_.plain("proto", word(flow.proto));
  json_.text("vantage", vantage);
  encapsulation(json_, flow.encap);
  json_.plain("client_ip", flow.client.text());
  json_.field("client_port", flow.client_port);
  json_.plain("server_ip", flow.server.text());
  json_.field("server_port", flow.server_port);
  json_.plain("role_confidence", word(flow.role));
  put_text(json_, "client_zone", zones.client);
  put_text(json_, "server_zone", zones.server);
  json_.plain("zone_relation", zones.relation);
}

void FlowJson::timing(const FlowRecord& flow) {
  json_.field("start_us", to_us(flow.start_time));
  json_.field("end_us", to_us(flow.end_time));
  json_.field("first_frame", flow.first_frame);
  json_.plain("start", word(flow.start));
  json_.plain("end", word(flow.end));
  json_.field("reused", flow.reused);
  json_.field("one_sided", flow.one_sided);
  json_.field("tainted", flow.tainted);
  handshake(json_, flow.handshake);
  json_.open_object("rtt");
  put_half(json_, "server", flow.server_rtt);
  put_half(json_, "client", flow.client_rtt);
  json_.close_object();
}

std::string_view FlowJson::line(const FlowRecord& flow,
                                std::string_view vantage,
                                const ZoneNames& zones) {
  json_.begin("flow");
  identity(flow, vantage, zones);
  timing(flow);
  direction(json_, "c2s", flow.c2s, no_trouble_);
  direction(json_, "s2c", flow.s2c, no_trouble_);
  json_.open_object("turns");
  json_.field("n", flow.turns);
  json_.field("lossy", flow.turns_lossy);
  put_quantiles(json_, "service", flow.service);
  put_quantiles(json_, "elapsed", flow.elapsed);
  json_.close_object();
  tls(json_, flow.tls);
  json_.open_array("trace_ids");
  json_.close_array();
  return json_.finish();
}

}  // namespace netlat
