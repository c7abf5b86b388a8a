// Outcomes as text.

#include <fmt/format.h>

#include <map>

#include "tests/support/playback.h"

namespace netlat::test {
namespace {

double ms(Nanos t) {
  return static_cast<double>(t.count()) / 1e6;
}

const char* name(SegmentClass c) {
  static constexpr const char* kNames[] = {
      "new_data",          "retransmission", "late_fill",
      "reordered",         "late_original",  "network_duplicate",
      "capture_duplicate", "keepalive",      "zero_window_probe",
      "pure_ack",          "handshake",      "reset"};
  return kNames[static_cast<std::size_t>(c)];
}
const char* name(RetransmitCause c) {
  static constexpr const char* kNames[] = {
      "syn_timer", "persist",    "fast",  "timeout_recovery", "tlp",
      "rto",       "tlp_or_rto", "pmtud", "unknown"};
  return kNames[static_cast<std::size_t>(c)];
}
const char* name(LossPlace p) {
  static constexpr const char* kNames[] = {"", " upstream", " downstream"};
  return kNames[static_cast<std::size_t>(p)];
}
const char* name(Necessity n) {
  static constexpr const char* kNames[] = {"", " needed", " spurious"};
  return kNames[static_cast<std::size_t>(n)];
}
const char* name(Confidence c) {
  static constexpr const char* kNames[] = {"", "/weak", "/strong", "/proof"};
  return kNames[static_cast<std::size_t>(c)];
}
const char* name(RttClass c) {
  static constexpr const char* kNames[] = {
      "handshake", "pure",    "piggyback", "sack",
      "timestamp", "delack?", "think?"};
  return kNames[static_cast<std::size_t>(c)];
}
const char* name(FlowEnd e) {
  static constexpr const char* kNames[] = {"fin", "rst", "idle", "evicted",
                                           "open"};
  return kNames[static_cast<std::size_t>(e)];
}
const char* name(HandshakeOutcome h) {
  static constexpr const char* kNames[] = {"established", "refused", "timeout",
                                           "none"};
  return kNames[static_cast<std::size_t>(h)];
}

std::string describe(const FinishedHalf& h) {
  const Trouble& t = h.trouble;
  std::string text = fmt::format(
      "bytes={} packets={} segments={} flight={} min_rtt={} id_steps={}",
      h.bytes, h.packets, h.segments, h.max_in_flight,
      static_cast<double>(h.min_rtt_ns) / 1e6, h.ip_id_steps);
  const auto add = [&](const char* what, auto value) {
    if (value != decltype(value){}) text += fmt::format(" {}={}", what, value);
  };
  for (std::size_t i = 0; i < kRetransmitCauses; ++i) {
    add(name(static_cast<RetransmitCause>(i)), t.by_cause[i]);
  }
  add("re_bytes", t.retransmitted_bytes);
  add("needed", t.necessary_proven);
  add("spurious", t.necessary_spurious);
  add("reordered", t.reordered);
  add("late_originals", t.late_originals);
  add("net_dups", t.network_duplicates);
  add("capture_dups", t.capture_duplicates);
  add("keepalives", t.keepalives);
  add("probes", t.zero_window_probes);
  add("zero_windows", t.zero_windows);
  add("window_full", t.window_full);
  add("dup_acks", t.dup_acks);
  add("gap_bytes", t.capture_gap_bytes);
  add("lost_by_sequence", t.lost_by_sequence);
  add("lost_down_proof", t.lost_downstream_proof);
  add("lost_down_strong", t.lost_downstream_strong);
  add("ids_missing", t.ip_ids_missing);
  add("ids_irregular", t.ip_id_irregular);
  add("stall", ms(t.stall));
  add("zero_window", ms(t.zero_window));
  return text;
}

}  // namespace

std::string describe(const SegmentFacts& f) {
  std::string text = name(f.segment_class);
  if (f.has_cause) text += fmt::format(" {}", name(f.cause));
  text += fmt::format("{}{}{}", name(f.place), name(f.necessity),
                      name(f.confidence));
  for (std::size_t i = 0; i < f.rtt_count; ++i) {
    const RttSample& r = f.rtt[i];
    text +=
        fmt::format(" rtt({} {} {:.3f}{} of #{})",
                    r.half == Dir::c2s ? "server" : "client", name(r.rtt_class),
                    ms(r.rtt), r.network ? " network" : "", r.acks_frame);
  }
  if (f.has_service) text += fmt::format(" service={:.3f}", ms(f.turn));
  if (f.has_elapsed) text += fmt::format(" elapsed={:.3f}", ms(f.turn));
  if (f.amended_frame != 0) {
    text +=
        fmt::format(" [#{} is {}{}{}]", f.amended_frame, name(f.amended_class),
                    name(f.amended_necessity), name(f.amended_confidence));
  }
  return text;
}

std::string describe(const FinishedFlow& f) {
  return fmt::format(
      "flow {} end={}{} handshake={}{} server={:.3f} client={:.3f} "
      "connect={:.3f} resyn={} resynack={} turns={} lossy={}\n"
      "    c2s {}\n    s2c {}\n",
      f.id, name(f.end), f.reused ? " reused" : "", name(f.handshake),
      f.ambiguous ? " ambiguous" : "", static_cast<double>(f.server_rtt) / 1e6,
      static_cast<double>(f.client_rtt) / 1e6,
      static_cast<double>(f.connect) / 1e6, f.syn_retransmits,
      f.synack_retransmits, f.turns, f.turns_lossy, describe(f.c2s),
      describe(f.s2c));
}

FinishedFlow finished_flow(const Connection& c) {
  FinishedFlow f;
  f.id = c.id;
  f.role = c.role;
  f.client = endpoint_text(c.client_ip(), c.client_port());
  f.server = endpoint_text(c.server_ip(), c.server_port());
  f.handshake = c.handshake;
  f.ambiguous = c.handshake_ambiguous;
  f.reused = c.reused;
  f.started_with_syn = c.started_with_syn;
  f.server_rtt = c.server_rtt;
  f.client_rtt = c.client_rtt;
  f.connect = c.connect;
  f.syn_retransmits = c.syn_retransmits;
  f.synack_retransmits = c.synack_retransmits;
  f.turns = c.turns;
  f.turns_lossy = c.turns_lossy;
  f.end = c.end();
  for (const Dir d : {Dir::c2s, Dir::s2c}) {
    const Sender& from = c.of(d);
    FinishedHalf& to = d == Dir::c2s ? f.c2s : f.s2c;
    to.bytes = from.bytes;
    to.packets = from.packets;
    to.segments = from.segments;
    to.max_in_flight = from.max_in_flight;
    if (from.min_rtt.known()) to.min_rtt_ns = from.min_rtt.value();
    to.ip_id_steps = from.ip_id_steps;
    to.mss = from.mss;
    if (from.trouble) to.trouble = *from.trouble;
  }
  return f;
}

std::string Outcome::facts_text() const {
  std::string text;
  std::size_t frame = 0;
  for (const Captured& c : captured) {
    ++frame;
    if (c.segment.transport != Transport::tcp) continue;
    text += fmt::format(
        "#{} {} flow={} {} seq={} ack={} {}\n", frame, to_ns(c.segment.time),
        c.facts.flow_id, c.facts.dir == Dir::c2s ? '>' : '<',
        c.facts.relative_seq, c.facts.relative_ack, describe(c.facts));
  }
  for (const FinishedFlow& f : flows) text += describe(f);
  for (const Unanswered& u : unanswered) {
    text += fmt::format("flow {} unanswered syns={}\n", u.id, u.syns);
  }
  return text;
}

std::string Outcome::text() const {
  std::multimap<std::size_t, std::string> beside;
  std::size_t frame = 0;
  for (const Captured& c : captured) {
    ++frame;
    const auto since = c.segment.time - captured.front().segment.time;
    beside.emplace(c.sent.line,
                   fmt::format("        #{} {:.3f}ms seq={} ack={}: {}\n",
                               frame, ms(since), c.facts.relative_seq,
                               c.facts.relative_ack, describe(c.facts)));
  }
  std::string text;
  const std::vector<std::string> lines = lines_of(exchange);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + "\n";
    const auto [begin, end] = beside.equal_range(i);
    constexpr int kShown = 3;  // of many equal packets
    const auto many = std::distance(begin, end);
    int n = 0;
    for (auto it = begin; it != end; ++it, ++n) {
      if (n < kShown || n >= many - kShown) text += it->second;
      if (n == kShown && many > 2 * kShown) text += "        ...\n";
    }
  }
  for (const FinishedFlow& f : flows) text += describe(f);
  for (const Unanswered& u : unanswered) {
    text += fmt::format("flow {} unanswered syns={}\n", u.id, u.syns);
  }
  return text;
}

}  // namespace netlat::test
