#pragma once
// What is counted of TCP to and from something, over some time.

#include <cstdint>

namespace netlat {

struct TrafficCounts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;     ///< payload, each octet once
  std::uint64_t segments = 0;  ///< wire segments with payload
  std::uint64_t retransmits = 0;
  std::uint64_t lost = 0;
  std::uint64_t connects = 0;          ///< set up
  std::uint64_t connect_failures = 0;  ///< refused, or given up unanswered

  void add(const TrafficCounts& other) noexcept {
    packets += other.packets;
    bytes += other.bytes;
    segments += other.segments;
    retransmits += other.retransmits;
    lost += other.lost;
    connects += other.connects;
    connect_failures += other.connect_failures;
  }
};

}  // namespace netlat
