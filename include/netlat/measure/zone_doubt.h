#pragma once
// Where round trips contradict a zone map.
//
// Problem: subnets are moved, pods get addresses of others, a map goes stale,
// and nothing in it says so.
// Method: light in fibre.  The least RTT between two prefixes bounds their
// distance from above: less than 0.15 ms is one building, whatever the map
// says of two zones.  In one zone nobody needs more than 1 ms, so a least RTT
// above it, over enough samples, is another zone or a path that leaves it.
// What counts is the least of the network RTT: queues only add to it.
// Bias: a capture point sees both halves of the path of a connection.  Their
// least values add up; where one half has no samples the other bounds the sum
// from below, which is enough to doubt one zone and not enough to doubt two.
// A proxy or load balancer at one of the addresses answers for those behind.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "netlat/measure/latencies.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

struct ZoneDoubt {
  ZoneLineId line = 0, other = 0;  ///< that placed the two ends; may be equal
  ZoneRelation relation = ZoneRelation::same;  ///< what the map says
  std::uint64_t samples = 0;
  Nanos least{0};  ///< network RTT between them
};

class ZoneDoubts {
 public:
  static constexpr std::uint64_t kSamples = 100;
  static constexpr Nanos kSameZoneAtMost{1'000'000};
  static constexpr Nanos kCrossZoneAtLeast{150'000};
  static constexpr std::size_t kMostPairs = 65'536;

  void add(const FlowZones& zones, const Latencies& latencies);
  /// In order of lines.
  std::vector<ZoneDoubt> doubts() const;

 private:
  struct Least {
    ZoneRelation relation = ZoneRelation::unknown;
    std::uint64_t n = 0, n_whole = 0;
    Nanos bound = Nanos::max();  // the sum or what is known of it
    Nanos whole = Nanos::max();  // of connections with both halves
  };

  std::map<std::pair<ZoneLineId, ZoneLineId>, Least> pairs_;
};

}  // namespace netlat
