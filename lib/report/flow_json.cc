#include "netlat/report/flow_json.h"

#include <utility>

#include "netlat/report/vocabulary.h"

namespace netlat {

namespace {

// IANA protocol numbers, which the community id hashes.
std::uint8_t ip_protocol(Transport transport) {
  switch (transport) {
    case Transport::tcp:
      return 6;
    case Transport::udp:
      return 17;
    case Transport::icmp:
      return 1;
    case Transport::icmp6:
      return 58;
    case Transport::other:
      break;
  }
  return 0;
}

template <std::size_t N>
void duration(JsonWriter& json, const char (&name)[N],
              const std::optional<Nanos>& value) {
  if (value) {
    json.field(name, value->count());
  } else {
    json.null(name);
  }
}

template <std::size_t N>
void quantiles(JsonWriter& json, const char (&name)[N], const Quantiles& q) {
  json.open_object(name);
  json.field("n", q.n);
  if (q.n == 0) {
    json.null("min_ns");
    json.null("p50_ns");
    json.null("p90_ns");
    json.null("p95_ns");
    json.null("p99_ns");
    json.null("max_ns");
  } else {
    json.field("min_ns", q.min.count());
    json.field("p50_ns", q.p50.count());
    json.field("p90_ns", q.p90.count());
    json.field("p95_ns", q.p95.count());
    json.field("p99_ns", q.p99.count());
    json.field("max_ns", q.max.count());
  }
  json.close_object();
}

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

template <std::size_t N>
void direction(JsonWriter& json, const char (&name)[N],
               const DirectionRecord& d) {
  json.open_object(name);
  json.field("packets", d.packets);
  json.field("bytes", d.bytes);
  json.field("segments", d.segments);
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
  duration(json, "server_ns", h.server);
  duration(json, "client_ns", h.client);
  duration(json, "connect_ns", h.connect);
  json.field("ambiguous", h.ambiguous);
  json.field("syn_retransmits", h.syn_retransmits);
  json.field("synack_retransmits", h.synack_retransmits);
  json.close_object();
}

template <std::size_t N>
void half(JsonWriter& json, const char (&name)[N], const HalfRtt& rtt) {
  json.open_object(name);
  quantiles(json, "network", rtt.network);
  quantiles(json, "ack", rtt.ack);
  json.close_object();
}

void tls(JsonWriter& json, const std::optional<TlsRecord>& record) {
  if (!record) {
    json.null("tls");
    return;
  }
  json.open_object("tls");
  if (record->sni.empty()) {
    json.null("sni");
  } else {
    json.text("sni", record->sni.str());
  }
  if (record->version.empty()) {
    json.null("version");
  } else {
    json.text("version", record->version);
  }
  json.field("resumed", record->resumed);
  duration(json, "network_ns", record->network);
  duration(json, "server_ns", record->server);
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

FlowJson::FlowJson(std::vector<std::string> vantages)
    : vantages_(std::move(vantages)) {}

void FlowJson::identity(const FlowRecord& flow) {
  json_.field("id", flow.id);
  json_.plain("community_id", community_id_({flow.client, flow.client_port},
                                            {flow.server, flow.server_port},
                                            ip_protocol(flow.proto)));
  json_.plain("proto", word(flow.proto));
  if (flow.vantage < vantages_.size()) {
    json_.text("vantage", vantages_[flow.vantage]);
  } else {
    json_.plain("vantage", std::to_string(flow.vantage));
  }
  encapsulation(json_, flow.encap);
  json_.plain("client_ip", flow.client.text());
  json_.field("client_port", flow.client_port);
  json_.plain("server_ip", flow.server.text());
  json_.field("server_port", flow.server_port);
  json_.plain("role_confidence", word(flow.role));
  // No zone map is part of a flow record yet: the zones are not known.
  json_.null("client_zone");
  json_.null("server_zone");
  json_.plain("zone_relation", "unknown");
}

void FlowJson::timing(const FlowRecord& flow) {
  json_.field("start_us", to_us(flow.start_time));
  json_.field("end_us", to_us(flow.end_time));
  json_.field("first_frame", flow.first_frame);
  json_.plain("start", word(flow.start));
  json_.plain("end", word(flow.end));
  json_.field("reused", flow.reused);
  json_.field("one_sided", flow.one_sided);
  handshake(json_, flow.handshake);
  json_.open_object("rtt");
  half(json_, "server", flow.server_rtt);
  half(json_, "client", flow.client_rtt);
  json_.close_object();
}

std::string_view FlowJson::line(const FlowRecord& flow) {
  json_.begin("flow");
  identity(flow);
  timing(flow);
  direction(json_, "c2s", flow.c2s);
  direction(json_, "s2c", flow.s2c);
  json_.open_object("turns");
  json_.field("n", flow.turns);
  json_.field("lossy", flow.turns_lossy);
  quantiles(json_, "service", flow.service);
  quantiles(json_, "elapsed", flow.elapsed);
  json_.close_object();
  tls(json_, flow.tls);
  json_.open_array("trace_ids");
  json_.close_array();
  return json_.finish();
}

}  // namespace netlat
