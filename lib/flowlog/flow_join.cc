// Problem: neither source knows enough: a capture has latency and no verdict
// of a firewall, a log has placement and verdicts and no latency.  Method:
// both name a connection by protocol, addresses and ports, whichever end is
// first (what Community ID hashes); a record is of the connection whose time,
// widened by the lag records may have, overlaps the record's most.  Where the
// log has two pairs of addresses, the packets' is tried first, then the
// interface's, as a capture in front of a translator sees only that.
// Bias: within the slack a port that is used again joins the nearer
// connection.  Cost: a lookup a record; memory is that of the connections.

#include "netlat/flowlog/flow_join.h"

#include <algorithm>
#include <tuple>

namespace netlat {

namespace {

Nanos overlap(const MeasuredFlow& flow, const LogRecord& record) {
  return std::min(flow.end + FlowJoin::kSlack, record.end) -
         std::max(flow.start - FlowJoin::kSlack, record.start);
}

}  // namespace

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
  flows_.emplace_back().flow = std::move(flow);
}

JoinedFlow* FlowJoin::match(const Key& key, const LogRecord& record) {
  JoinedFlow* best = nullptr;
  Nanos most{0};
  const auto [begin, end] = by_key_.equal_range(key);
  for (auto at = begin; at != end; ++at) {
    JoinedFlow& candidate = flows_[at->second];
    const Nanos shared = overlap(candidate.flow, record);
    if (shared < Nanos(0) || (best != nullptr && shared <= most)) continue;
    best = &candidate;
    most = shared;
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
  const TalkerSide sender = to_server ? TalkerSide::client : TalkerSide::server;
  joined.traffic.add(sender, interface_hash(record.interface),
                     {record.bytes, record.packets});
  const auto side = static_cast<std::size_t>(sender);
  if (record.direction == LogDirection::egress) {
    joined.egress[side] += record.packets;
  } else if (record.direction == LogDirection::ingress) {
    joined.ingress[side] += record.packets;
  }
  if (record.traffic_path != 0) joined.traffic_path = record.traffic_path;
}

void FlowJoin::record(const LogRecord& r) {
  if (r.status != LogStatus::ok) return;
  const bool two_pairs = r.src != r.logged_src || r.dst != r.logged_dst;
  bool by_packet = true;
  JoinedFlow* joined =
      match(key_of(r.src, r.src_port, r.dst, r.dst_port, r.protocol), r);
  if (joined == nullptr && two_pairs) {
    by_packet = false;
    joined = match(
        key_of(r.logged_src, r.src_port, r.logged_dst, r.dst_port, r.protocol),
        r);
  }
  if (joined == nullptr) return;
  ++records_joined_;
  const MeasuredFlow& flow = joined->flow;
  const IpAddress& src = by_packet ? r.src : r.logged_src;
  note(*joined, r, src == flow.client && r.src_port == flow.client_port);
  if (!two_pairs) return;
  joined->translated =
      by_packet ? (r.dst != r.logged_dst ? r.logged_dst : r.logged_src)
                : (r.dst != r.logged_dst ? r.dst : r.src);
}

void FlowJoin::finish(const SkippedWindows& skipped, const Places& places) {
  const auto lost = [](std::uint64_t sent,
                       std::uint64_t received) -> std::optional<std::uint64_t> {
    if (sent == 0 || received == 0) return std::nullopt;
    return sent - std::min(sent, received);
  };
  const auto fill = [&](std::string& zone, const std::string& measured,
                        const IpAddress& address, Stamp time) {
    if (!zone.empty()) return;
    zone = places.name(places.at(address, time));
    if (zone.empty()) zone = measured;
  };
  for (JoinedFlow& j : flows_) {
    fill(j.client_zone, j.flow.client_zone, j.flow.client, j.flow.start);
    fill(j.server_zone, j.flow.server_zone, j.flow.server, j.flow.start);
    j.lost_to_server = lost(j.egress[0], j.ingress[0]);
    j.lost_to_client = lost(j.egress[1], j.ingress[1]);
    j.incomplete = skipped.count > 0 && j.flow.start - kSlack <= skipped.last &&
                   j.flow.end + kSlack >= skipped.first;
  }
}

}  // namespace netlat
