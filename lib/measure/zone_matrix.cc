#include "netlat/measure/zone_matrix.h"

#include <algorithm>

namespace netlat {

namespace {

void add_to(ZoneShare& share, const FlowRecord& flow) {
  const std::uint64_t bytes = flow.c2s.bytes + flow.s2c.bytes;
  ++share.connections;
  share.bytes += bytes;
  share.sent +=
      bytes + flow.c2s.retransmitted_bytes + flow.s2c.retransmitted_bytes;
}

Half half_of(const Latencies& latencies) {
  HalfRtt server, client;
  server.network = latencies.quantiles(Distribution::server_network);
  client.network = latencies.quantiles(Distribution::client_network);
  return shown_half(server, client);
}

const ServiceStats& of(const ZonePairStats& pair, Half half) {
  return pair.by_half[static_cast<std::size_t>(half)];
}

}  // namespace

ServiceStats ZonePairStats::total() const {
  ServiceStats sum = by_half[0];
  sum.merge(by_half[1]);
  return sum;
}

ExponentialHistogram ZonePairStats::network() const {
  ExponentialHistogram sum =
      of(*this, Half::server)[Distribution::server_network];
  sum.merge(of(*this, Half::client)[Distribution::client_network]);
  return sum;
}

ZonePairStats& ZoneMatrix::entry(const ZonePairKey& key) {
  if (const auto found = pairs_.find(key); found != pairs_.end()) {
    return found->second;
  }
  return pairs_.size() < kMostPairs ? pairs_[key] : others_;
}

void ZoneMatrix::add_unplaced(const IpAddress& address, ZoneStatus status,
                              std::uint64_t bytes) {
  if (status == ZoneStatus::known) return;
  auto found = unplaced_.find(address);
  if (found == unplaced_.end()) {
    if (unplaced_.size() == kMostAddresses) {
      more_unplaced_ = true;
      return;
    }
    found = unplaced_.emplace(address, UnplacedAddress{}).first;
  }
  // An address may be in a zone at one time and not at another.
  found->second.status = std::max(found->second.status, status);
  ++found->second.connections;
  found->second.bytes += bytes;
}

void ZoneMatrix::add(const FlowRecord& flow, const FlowZones& zones,
                     const Latencies& latencies) {
  const Half half = half_of(latencies);
  entry({zones.client_place(), zones.server_place()})
      .by_half[static_cast<std::size_t>(half)]
      .add(flow, latencies);
  if (all_.connections == 0) {
    first_ = flow.start_time;
    last_ = flow.end_time;
  }
  first_ = std::min(first_, flow.start_time);
  last_ = std::max(last_, flow.end_time);
  add_to(all_, flow);
  add_to(by_relation_[static_cast<std::size_t>(zones.relation)], flow);
  add_to(by_status_[static_cast<std::size_t>(zones.client.status)], flow);
  if (zones.client.status != zones.server.status) {
    add_to(by_status_[static_cast<std::size_t>(zones.server.status)], flow);
  }
  const std::uint64_t bytes = flow.c2s.bytes + flow.s2c.bytes;
  add_unplaced(flow.client, zones.client.status, bytes);
  if (flow.server != flow.client) {
    add_unplaced(flow.server, zones.server.status, bytes);
  }
}

std::vector<std::pair<IpAddress, UnplacedAddress>> ZoneMatrix::unplaced()
    const {
  std::vector<std::pair<IpAddress, UnplacedAddress>> out(unplaced_.begin(),
                                                         unplaced_.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second.bytes > b.second.bytes;
  });
  return out;
}

}  // namespace netlat
