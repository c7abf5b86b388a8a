#include "netlat/measure/service_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace netlat {

namespace {

using Count = std::uint64_t DirectionRecord::*;
constexpr Count kSums[] = {
    &DirectionRecord::packets,
    &DirectionRecord::bytes,
    &DirectionRecord::segments,
    &DirectionRecord::retransmits,
    &DirectionRecord::retransmitted_bytes,
    &DirectionRecord::necessary_proven,
    &DirectionRecord::necessary_undetermined,
    &DirectionRecord::necessary_proven_spurious,
    &DirectionRecord::reordered,
    &DirectionRecord::reordered_late_original,
    &DirectionRecord::network_duplicates,
    &DirectionRecord::capture_duplicates,
    &DirectionRecord::keepalives,
    &DirectionRecord::zero_windows,
    &DirectionRecord::zero_window_probes,
    &DirectionRecord::window_full,
    &DirectionRecord::dup_acks,
    &DirectionRecord::lost_upstream,
    &DirectionRecord::lost_downstream,
    &DirectionRecord::capture_gap_bytes,
};

template <std::size_t N>
void accumulate_each(std::array<std::uint64_t, N>& into,
                     const std::array<std::uint64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) into[i] += from[i];
}

using ByConfidence = std::array<std::uint64_t, kConfidences>;

Confidence best_of(const ByConfidence& a, const ByConfidence& b) {
  for (std::size_t i = kConfidences; i-- > 0;) {
    if (a[i] + b[i] > 0) return static_cast<Confidence>(i);
  }
  return Confidence::none;
}

std::uint64_t at(const ServiceStats& s, HandshakeOutcome outcome) {
  return s.by_outcome[static_cast<std::size_t>(outcome)];
}

}  // namespace

void accumulate(DirectionRecord& into, const DirectionRecord& from) {
  // Unrolled: neighbouring counters are then added in pairs.
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((into.*kSums[I] += from.*kSums[I]), ...);
  }
  (std::make_index_sequence<std::size(kSums)>());
  accumulate_each(into.by_cause, from.by_cause);
  accumulate_each(into.lost_upstream_by, from.lost_upstream_by);
  accumulate_each(into.lost_downstream_by, from.lost_downstream_by);
  into.zero_window = saturating_sum(into.zero_window, from.zero_window);
  into.stall = saturating_sum(into.stall, from.stall);
  into.max_in_flight = std::max(into.max_in_flight, from.max_in_flight);
}

void ServiceStats::add(const FlowRecord& flow, const Latencies& latencies) {
  ++connections;
  if (flow.tls && !flow.tls->sni.empty()) name.add(flow.tls->sni);
  one_sided += flow.one_sided ? 1 : 0;
  ++by_outcome[static_cast<std::size_t>(flow.handshake.outcome)];
  turns += flow.turns;
  turns_lossy += flow.turns_lossy;
  if (flow.handshake.connect) connect.add(*flow.handshake.connect);
  latencies.add_to(latency);
  accumulate(c2s, flow.c2s);
  accumulate(s2c, flow.s2c);
}

void ServiceStats::merge(const ServiceStats& other) {
  connections += other.connections;
  one_sided += other.one_sided;
  accumulate_each(by_outcome, other.by_outcome);
  turns += other.turns;
  turns_lossy += other.turns_lossy;
  for (std::size_t i = 0; i < kSampleKinds; ++i) {
    latency[i].merge(other.latency[i]);
  }
  connect.merge(other.connect);
  accumulate(c2s, other.c2s);
  accumulate(s2c, other.s2c);
}

std::uint64_t ServiceStats::connect_failures() const {
  return at(*this, HandshakeOutcome::refused) +
         at(*this, HandshakeOutcome::timeout);
}

ExponentialHistogram ServiceStats::operator[](Distribution d) const {
  const auto of = [this](SampleKind kind) -> const ExponentialHistogram& {
    return latency[static_cast<std::size_t>(kind)];
  };
  const auto both = [&](SampleKind network, SampleKind other) {
    ExponentialHistogram sum = of(network);
    sum.merge(of(other));
    return sum;
  };
  switch (d) {
    case Distribution::server_network:
      return of(SampleKind::server_network);
    case Distribution::server_ack:
      return both(SampleKind::server_network, SampleKind::server_other);
    case Distribution::client_network:
      return of(SampleKind::client_network);
    case Distribution::client_ack:
      return both(SampleKind::client_network, SampleKind::client_other);
    case Distribution::service:
      return of(SampleKind::service);
    case Distribution::elapsed:
      break;
  }
  return of(SampleKind::elapsed);
}

HalfLoss ServiceStats::lost(Half half) const {
  // What the client sends is lost downstream of the capture point in the
  // server's half and upstream of it in the client's; replies the other way.
  const auto& past = half == Half::server ? c2s : s2c;
  const auto& before = half == Half::server ? s2c : c2s;
  return {past.lost_downstream + before.lost_upstream,
          best_of(past.lost_downstream_by, before.lost_upstream_by)};
}

std::size_t ServiceKeyHash::operator()(const ServiceKey& key) const noexcept {
  const auto rest =
      std::uint64_t{key.port} << 8 | static_cast<std::uint64_t>(key.proto);
  return keyed({key.server.word0(), key.server.word1(), rest, 0, 0, 0});
}

ServiceStats& ServiceTable::entry(const ServiceKey& key) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    return services_[found->second];
  }
  if (services_.size() >= max_services_) return others_;
  ServiceStats& fresh = services_.emplace_back();
  fresh.key = key;
  by_key_.emplace(key, services_.size() - 1);
  return fresh;
}

void ServiceTable::add(const FlowRecord& flow, const Latencies& latencies) {
  entry({flow.server, flow.server_port, flow.proto}).add(flow, latencies);
}

void ServiceTable::merge(const ServiceTable& other) {
  for (const ServiceStats& more : other.services_) {
    ServiceStats& into = entry(more.key);
    into.merge(more);
    into.name.merge(more.name);
  }
  others_.merge(other.others_);
}

const ServiceStats* ServiceTable::find(const ServiceKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &services_[found->second];
}

}  // namespace netlat
