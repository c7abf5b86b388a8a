#include "netlat/measure/zone_doubt.h"

#include <algorithm>

namespace netlat {

void ZoneDoubts::add(const FlowZones& zones, const Latencies& latencies) {
  if (zones.relation == ZoneRelation::unknown) return;
  const Quantiles server = latencies.quantiles(Distribution::server_network);
  const Quantiles client = latencies.quantiles(Distribution::client_network);
  const std::uint64_t n = std::max(server.n, client.n);
  if (n == 0) return;
  const auto key = std::minmax(zones.client.line, zones.server.line);
  if (pairs_.size() == kMostPairs && !pairs_.contains(key)) return;
  Least& pair = pairs_[key];
  pair.relation = zones.relation;
  pair.n += n;
  const Nanos sum = (server.n > 0 ? server.min : Nanos{0}) +
                    (client.n > 0 ? client.min : Nanos{0});
  pair.bound = std::min(pair.bound, sum);
  if (server.n == 0 || client.n == 0) return;
  pair.n_whole += n;
  pair.whole = std::min(pair.whole, sum);
}

std::vector<ZoneDoubt> ZoneDoubts::doubts() const {
  std::vector<ZoneDoubt> out;
  for (const auto& [lines, pair] : pairs_) {
    const bool same = pair.relation == ZoneRelation::same;
    const std::uint64_t n = same ? pair.n : pair.n_whole;
    const Nanos least = same ? pair.bound : pair.whole;
    if (n < kSamples) continue;
    if (same ? least > kSameZoneAtMost : least < kCrossZoneAtLeast) {
      out.push_back({lines.first, lines.second, pair.relation, n, least});
    }
  }
  return out;
}

}  // namespace netlat
