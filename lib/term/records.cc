#include "netlat/term/records.h"

#include <algorithm>
#include <limits>

#include "netlat/measure/shown_half.h"

namespace netlat {

namespace {

// Records may say anything: so that whatever is added up stays a number.
float short_ns(Nanos t) {
  constexpr Nanos kMost{std::int64_t{1} << 62};
  return static_cast<float>(std::clamp(t, Nanos{0}, kMost).count());
}

Nanos long_ns(float t) {
  return Nanos{static_cast<std::int64_t>(t)};
}

DirectionRecord direction(const FlowDirection& d) {
  DirectionRecord r;
  r.packets = d.packets;
  r.bytes = d.bytes;
  r.segments = d.segments;
  r.retransmits = d.retransmits;
  std::copy(d.by_cause.begin(), d.by_cause.end(), r.by_cause.begin());
  r.necessary_proven_spurious = d.spurious;
  r.reordered = d.reordered;
  r.zero_windows = d.zero_windows;
  r.zero_window = d.zero_window;
  r.dup_acks = d.dup_acks;
  r.lost_upstream = d.lost_upstream;
  r.lost_downstream = d.lost_downstream;
  r.capture_gap_bytes = d.capture_gap_bytes;
  r.stall = d.stall;
  r.max_in_flight = d.max_in_flight;
  r.mss = d.mss;
  return r;
}

}  // namespace

BriefTimes BriefTimes::of(const Quantiles& q) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return {static_cast<std::uint32_t>(std::min(q.n, kMost)),
          short_ns(q.min),
          short_ns(q.p50),
          short_ns(q.p90),
          short_ns(q.p95),
          short_ns(q.p99),
          short_ns(q.max)};
}

Quantiles BriefTimes::quantiles() const {
  return {n,
          long_ns(min),
          long_ns(p50),
          long_ns(p90),
          long_ns(p95),
          long_ns(p99),
          long_ns(max)};
}

FlowRecord FlowRow::flow_record() const {
  FlowRecord r;
  r.id = id;
  r.proto = proto;
  r.end = end;
  r.start = start;
  r.one_sided = one_sided;
  r.client = client;
  r.server = server;
  r.client_port = client_port;
  r.server_port = server_port;
  r.start_time = start_time;
  r.end_time = end_time;
  r.handshake.outcome = outcome;
  r.handshake.connect = connect;
  r.handshake.syn_retransmits = syn_retransmits;
  r.handshake.synack_retransmits = synack_retransmits;
  r.server_rtt = {server_rtt.quantiles(), server_ack.quantiles()};
  r.client_rtt = {client_rtt.quantiles(), client_ack.quantiles()};
  r.service = service.quantiles();
  r.elapsed = elapsed.quantiles();
  r.turns = turns;
  r.c2s = direction(c2s);
  r.s2c = direction(s2c);
  if (!sni.empty()) {
    r.tls.emplace();
    r.tls->sni = SafeText(sni);
  }
  return r;
}

const BriefTimes& shown_rtt_of(const FlowRow& flow) {
  const HalfRtt server{flow.server_rtt.quantiles(), {}};
  const HalfRtt client{flow.client_rtt.quantiles(), {}};
  return shown_half(server, client) == Half::server ? flow.server_rtt
                                                    : flow.client_rtt;
}

}  // namespace netlat
