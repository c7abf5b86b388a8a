#pragma once
// What Traffic holds, in one piece: history is read every second, and what is
// apart in memory is fetched apart.

#include <string_view>

#include "netlat/measure/traffic_counts.h"
#include "netlat/term/packed_octets.h"
#include "netlat/term/records.h"

namespace netlat {

class PackedTraffic {
 public:
  explicit PackedTraffic(const Traffic& traffic, OctetPool* pool = nullptr);

  /// Valid as long as the PackedTraffic.
  struct Parts {
    TrafficCounts counts;
    bool tainted = false;
    PackedHistogram::View server_rtt, client_rtt, service;
  };
  Parts parts() const;
  /// On the heap.
  std::size_t memory_bytes() const noexcept { return octets_.memory_bytes(); }

 private:
  PackedOctets octets_;
};

}  // namespace netlat
