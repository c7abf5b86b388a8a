#pragma once
// Where every packet went, so that counts add up.

#include <cstdint>

#include "netlat/flow/segment_facts.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// What became of every packet of a source; each is counted once.
struct PacketAccount {
  std::uint64_t tcp = 0, udp = 0, icmp = 0, other = 0;
  std::uint64_t truncated = 0, malformed = 0, too_deep = 0,
                unsupported_link = 0;
  std::uint64_t filtered = 0;    ///< by --filter, --since or --until
  std::uint64_t duplicates = 0;  ///< the same packet captured twice

  std::uint64_t undecoded() const {
    return truncated + malformed + too_deep + unsupported_link;
  }
  std::uint64_t total() const {
    return tcp + udp + icmp + other + undecoded() + filtered + duplicates;
  }
  PacketAccount& operator+=(const PacketAccount& more);

  /// More packets with that verdict.
  void count(Verdict verdict, std::uint64_t packets = 1);
  /// What its connection said of a packet counted as TCP: it may be a copy, or
  /// show that an earlier one was none.
  void recount(const SegmentFacts& facts);
};

}  // namespace netlat
