#include "netlat/measure/connection_record.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

// Lost packets are read off the IP-ID where the sender counts its packets in
// it (flow/ip_id.cc says when that is believed), since that also sees what
// left no gap in the sequence numbers.
bool counts_packets(const Sender& sender) {
  constexpr std::uint8_t kLearned = 20;
  constexpr std::uint64_t kIrregularShare = 20;  // at most one step in
  const std::uint64_t irregular =
      sender.trouble ? sender.trouble->ip_id_irregular : 0;
  return sender.ip_id_steps >= kLearned &&
         !(sender.trouble && sender.trouble->ip_id_behind_hole) &&
         irregular * kIrregularShare <= sender.packets;
}

void add_losses(DirectionRecord& d, const Trouble& t) {
  const auto at = [](Confidence c) { return static_cast<std::size_t>(c); };
  if (d.lost_upstream_exact) {
    const std::int64_t missing = std::max<std::int64_t>(0, t.ip_ids_missing);
    d.lost_upstream = static_cast<std::uint64_t>(missing);
    d.lost_upstream_by[at(Confidence::proof)] = d.lost_upstream;
  } else {
    d.lost_upstream = t.lost_by_sequence;
    d.lost_upstream_by[at(t.lost_confidence)] = d.lost_upstream;
  }
  d.lost_downstream =
      std::uint64_t{t.lost_downstream_proof} + t.lost_downstream_strong;
  d.lost_downstream_by[at(Confidence::proof)] = t.lost_downstream_proof;
  d.lost_downstream_by[at(Confidence::strong)] = t.lost_downstream_strong;
}

DirectionRecord direction_record(const Sender& sender, Stamp last_time) {
  DirectionRecord d;
  d.packets = sender.packets;
  d.bytes = sender.bytes;
  d.segments = sender.segments;
  d.max_in_flight = sender.max_in_flight;
  d.lost_upstream_exact = counts_packets(sender);
  if (sender.mss != 0) d.mss = sender.mss;
  if (sender.has_window_scale()) d.window_scale = sender.window_shift;
  if (!sender.trouble) return d;

  const Trouble& t = *sender.trouble;
  d.retransmits = t.retransmits();
  std::copy(t.by_cause.begin(), t.by_cause.end(), d.by_cause.begin());
  d.retransmitted_bytes = t.retransmitted_bytes;
  d.necessary_proven = t.necessary_proven;
  d.necessary_proven_spurious = t.necessary_spurious;
  d.necessary_undetermined =
      d.retransmits -
      std::min(d.retransmits, d.necessary_proven + d.necessary_proven_spurious);
  d.reordered = t.reordered;
  d.reordered_late_original = t.late_originals;
  d.network_duplicates = t.network_duplicates;
  d.capture_duplicates = t.capture_duplicates;
  d.keepalives = t.keepalives;
  d.zero_windows = t.zero_windows;
  d.zero_window = t.zero_window;
  if (t.window_closed) d.zero_window += last_time - t.zero_window_since;
  d.zero_window_probes = t.zero_window_probes;
  d.window_full = t.window_full;
  d.dup_acks = t.dup_acks;
  d.capture_gap_bytes = t.capture_gap_bytes;
  d.stall = t.stall;
  if (t.stalled && last_time > t.stall_since) {
    d.stall += last_time - t.stall_since;
  }
  add_losses(d, t);
  return d;
}

HandshakeRecord handshake_record(const Connection& c) {
  HandshakeRecord h;
  h.outcome = c.handshake;
  const bool talked = c.half[0].bytes > 0 || c.half[1].bytes > 0;
  if (h.outcome == HandshakeOutcome::timeout && talked) {
    // The setup completed where it was not captured.
    h.outcome = HandshakeOutcome::established;
  }
  if (c.server_rtt >= 0) h.server = Nanos{c.server_rtt};
  if (c.client_rtt >= 0) h.client = Nanos{c.client_rtt};
  if (c.connect >= 0) h.connect = Nanos{c.connect};
  h.ambiguous = c.handshake_ambiguous;
  h.syn_retransmits = c.syn_retransmits;
  h.synack_retransmits = c.synack_retransmits;
  return h;
}

TlsRecord tls_record(const Connection& c, const TlsHandshake& t) {
  TlsRecord r;
  r.sni = SafeText(t.server_name.view());
  r.version = tls_version_name(t.version);
  r.resumed = t.resumed.value_or(false);
  const WindowedMin& to_server = c.of(Dir::c2s).min_rtt;
  const WindowedMin& to_client = c.of(Dir::s2c).min_rtt;
  if (to_server.known() && to_client.known()) {
    // RFC 8446 2: one round trip until the client may speak, one more up to
    // 1.2 without resumption (RFC 5246 7.3) and after a HelloRetryRequest.
    constexpr std::uint16_t kTls13 = 0x0304;
    const bool older = t.version != 0 && t.version < kTls13;
    const int trips =
        1 + (older && !r.resumed ? 1 : 0) + (t.hello_retry ? 1 : 0);
    r.network = Nanos{(to_server.value() + to_client.value()) * trips};
  }
  const auto hello = t.retried_hello ? t.retried_hello : t.client_hello;
  if (hello && t.server_hello && to_server.known()) {
    r.server =
        std::max(Nanos{0}, *t.server_hello - *hello - Nanos{to_server.value()});
  }
  return r;
}

}  // namespace

FlowRecord connection_record(const Connection& c, const ScopeTable& scopes,
                             const TlsHandshake* tls) {
  FlowRecord r;
  const Scope& scope = scopes.at(c.key.scope());
  r.id = c.id;
  r.vantage = scope.vantage;
  r.encap = scope.encap;
  r.client = c.client_ip();
  r.server = c.server_ip();
  r.client_port = c.client_port();
  r.server_port = c.server_port();
  r.role = c.role;
  r.start_time = c.first_time;
  r.end_time = c.last_time;
  r.first_frame = c.first_frame;
  r.start = c.half[0].saw_syn || c.half[1].saw_syn ? FlowStart::syn
                                                   : FlowStart::midstream;
  r.end = c.end();
  r.reused = c.reused;
  r.one_sided = c.half[0].packets == 0 || c.half[1].packets == 0;
  r.handshake = handshake_record(c);
  r.c2s = direction_record(c.of(Dir::c2s), c.last_time);
  r.s2c = direction_record(c.of(Dir::s2c), c.last_time);
  r.turns = c.turns;
  r.turns_lossy = c.turns_lossy;
  if (tls != nullptr) r.tls = tls_record(c, *tls);
  return r;
}

FlowRecord unanswered_record(const HalfOpen& attempt, const SynRetry* retry,
                             const ScopeTable& scopes) {
  FlowRecord r;
  const Scope& scope = scopes.at(attempt.scope);
  r.id = attempt.id;
  r.vantage = scope.vantage;
  r.encap = scope.encap;
  r.client = attempt.low;
  r.server = attempt.high;
  r.client_port = attempt.low_port;
  r.server_port = attempt.high_port;
  if (!attempt.client_is_low) {
    std::swap(r.client, r.server);
    std::swap(r.client_port, r.server_port);
  }
  r.role = RoleConfidence::syn;
  r.start_time = attempt.first_syn;
  r.end_time = retry != nullptr ? retry->time : attempt.first_syn;
  r.first_frame = attempt.frame;
  r.start = FlowStart::syn;
  r.reused = attempt.reused;
  r.handshake.outcome = HandshakeOutcome::timeout;
  r.handshake.unreachable = attempt.unreachable;
  r.handshake.syn_retransmits = attempt.retransmits();
  r.c2s.packets = attempt.syns;
  r.c2s.retransmits = attempt.retransmits();
  r.c2s.by_cause[static_cast<std::size_t>(RetransmitCause::syn_timer)] =
      attempt.retransmits();
  r.c2s.necessary_undetermined = attempt.retransmits();
  return r;
}

}  // namespace netlat
