// Problem: neither source knows enough: a capture has latency and no verdict
// of a firewall, a log has placement and verdicts and no latency.  Method:
// both name a connection by protocol, addresses and ports, whichever end is
// first (what Community ID hashes).  Records may lag the packets by a minute,
// so a port that is used again has several connections a record may be of: one
// that saw a SYN is of the connection that began next to it, any other of the
// one whose time it shares most of.  Where the log has two pairs of addresses,
// the packets' is tried first, then the interface's, as a capture in front of
// a translator sees only that.
// Bias: a window in which a port was used twice counts for one connection.
// Cost: a lookup a record; memory is that of the connections.

#include "netlat/flowlog/flow_join.h"

#include <algorithm>
#include <tuple>

#include "lib/flowlog/other_legs.h"

namespace netlat {

namespace {

// Time both were under way; negative is the time between them.
Nanos shared_time(const MeasuredFlow& flow, const LogRecord& record) {
  return std::min(flow.end, record.end) - std::max(flow.start, record.start);
}

Nanos apart(Stamp a, Stamp b) {
  return a < b ? b - a : a - b;
}

}  // namespace

FlowJoin::FlowJoin() : other_legs_(std::make_unique<OtherLegs>()) {}
FlowJoin::~FlowJoin() = default;

std::optional<double> JoinedFlow::coverage() const {
  if (flow.packets == 0) return std::nullopt;
  const std::uint64_t logged =
      to_server.traffic().packets + to_client.traffic().packets;
  return std::min(
      1.0, static_cast<double>(logged) / static_cast<double>(flow.packets));
}

FlowJoin::Key FlowJoin::key_of(const IpAddress& a, Port a_port,
                               const IpAddress& b, Port b_port,
                               std::uint8_t protocol) {
  const bool in_order = std::tie(a, a_port) <= std::tie(b, b_port);
  return {in_order ? a : b, in_order ? b : a,
          std::uint64_t{protocol} << 32 |
              std::uint64_t{in_order ? a_port : b_port} << 16 |
              (in_order ? b_port : a_port)};
}

void FlowJoin::add(MeasuredFlow flow) {
  if (flows_.size() == kMostFlows) {
    ++refused_;
    return;
  }
  by_key_.emplace(key_of(flow.client, flow.client_port, flow.server,
                         flow.server_port, flow.protocol),
                  static_cast<std::uint32_t>(flows_.size()));
  other_legs_->watch(flow);
  flows_.emplace_back().flow = std::move(flow);
}

JoinedFlow* FlowJoin::match(const Key& key, const LogRecord& record) {
  constexpr std::uint8_t kSyn = 2;
  const bool opens = (record.tcp_flags & kSyn) != 0;
  JoinedFlow* best = nullptr;
  Nanos most{0};
  const auto [begin, end] = by_key_.equal_range(key);
  for (auto at = begin; at != end; ++at) {
    JoinedFlow& candidate = flows_[at->second];
    const Nanos shared = shared_time(candidate.flow, record);
    if (shared < -kSlack) continue;
    const Nanos worth =
        opens ? -apart(candidate.flow.start, record.start) : shared;
    if (best != nullptr && worth <= most) continue;
    best = &candidate;
    most = worth;
  }
  return best;
}

void FlowJoin::note(JoinedFlow& joined, const LogRecord& record,
                    bool to_server) {
  ++joined.records;
  std::string& src = to_server ? joined.client_zone : joined.server_zone;
  std::string& dst = to_server ? joined.server_zone : joined.client_zone;
  if (!record.src_zone.empty()) src = record.src_zone;
  if (!record.dst_zone.empty()) dst = record.dst_zone;
  if (record.action == LogAction::reject) {
    ++joined.rejected_records;
    if (joined.reject_reason.empty()) {
      joined.reject_reason = record.reject_reason;
    }
    return;
  }
  (to_server ? joined.to_server : joined.to_client).add(record);
  if (record.traffic_path != 0) joined.traffic_path = record.traffic_path;
}

void FlowJoin::skip(const LogRecord& record) {
  if (skipped_.size() < kMostWindows) {
    skipped_.push_back(
        {interface_hash(record.interface), record.start, record.end});
    return;
  }
  SkippedWindow& last = skipped_.back();
  last.interface = 0;
  last.start = std::min(last.start, record.start);
  last.end = std::max(last.end, record.end);
}

void FlowJoin::record(const LogRecord& r) {
  if (r.status == LogStatus::skip_data) return skip(r);
  if (r.status != LogStatus::ok || flows_.empty()) return;
  const bool two_pairs = r.src != r.logged_src || r.dst != r.logged_dst;
  if (two_pairs) other_legs_->note_translator(r);
  bool by_packet = true;
  JoinedFlow* joined =
      match(key_of(r.src, r.src_port, r.dst, r.dst_port, r.protocol), r);
  if (joined == nullptr && two_pairs) {
    by_packet = false;
    joined = match(
        key_of(r.logged_src, r.src_port, r.logged_dst, r.dst_port, r.protocol),
        r);
  }
  if (joined == nullptr) return other_legs_->note(r);
  ++records_joined_;
  const MeasuredFlow& flow = joined->flow;
  const IpAddress& src = by_packet ? r.src : r.logged_src;
  note(*joined, r, src == flow.client && r.src_port == flow.client_port);
  if (!two_pairs) return;
  joined->via = by_packet
                    ? (r.dst != r.logged_dst ? r.logged_dst : r.logged_src)
                    : (r.dst != r.logged_dst ? r.dst : r.src);
}

// Of the interfaces that logged it, or of any where none did.
bool FlowJoin::lost_records(const JoinedFlow& j) const {
  return std::any_of(skipped_.begin(), skipped_.end(),
                     [&](const SkippedWindow& w) {
                       const bool its = w.interface == 0 || j.records == 0 ||
                                        j.to_server.saw(w.interface) ||
                                        j.to_client.saw(w.interface);
                       return its && j.flow.start - kSlack <= w.end &&
                              j.flow.end + kSlack >= w.start;
                     });
}

void FlowJoin::finish(const Places& places) {
  const auto fill = [&](std::string& zone, const std::string& measured,
                        const IpAddress& address, Stamp time) {
    if (!zone.empty()) return;
    zone = places.name(places.at(address, time));
    if (zone.empty()) zone = measured;
  };
  other_legs_->finish();
  for (JoinedFlow& j : flows_) {
    fill(j.client_zone, j.flow.client_zone, j.flow.client, j.flow.start);
    fill(j.server_zone, j.flow.server_zone, j.flow.server, j.flow.start);
    if (j.records > 0) j.other_leg = other_legs_->find(j);
    j.incomplete = lost_records(j);
  }
}

}  // namespace netlat
