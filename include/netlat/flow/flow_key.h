#pragma once
// Which connection a segment belongs to.

#include <cstdint>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// The unordered pair of end points within a scope.  `low` is the smaller end
/// point in memory order, which means nothing but makes both directions equal.
struct FlowKey {
  IpAddress low, high;
  Port low_port = 0, high_port = 0;
  std::uint16_t scope = 0;  ///< capture point and tunnels, from a ScopeTable

  friend bool operator==(const FlowKey& a, const FlowKey& b) noexcept {
    return a.low.word1() == b.low.word1() && a.high.word1() == b.high.word1() &&
           a.tail() == b.tail() && a.low.word0() == b.low.word0() &&
           a.high.word0() == b.high.word0();
  }

  std::uint64_t hash(const KeyedHash& keyed) const noexcept {
    if ((low.word0() | high.word0()) == 0) {
      // IPv4: what differs of both addresses fits one word.
      const std::uint64_t pair =
          low.word1() >> 32 | (high.word1() & 0xffff'ffff'0000'0000);
      return keyed(pair, tail());
    }
    return keyed(
        {low.word0(), low.word1(), high.word0(), high.word1(), tail(), 0});
  }

 private:
  std::uint64_t tail() const noexcept {
    return std::uint64_t{scope} << 32 | std::uint64_t{low_port} << 16 |
           high_port;
  }
};

/// A key and whether the segment's sender is its low end.
struct DirectedKey {
  FlowKey key;
  bool sender_is_low = false;
};

/// Orders by words, not by text: cheaper, and any fixed order serves.  Without
/// branches, because which way a packet goes cannot be predicted.
inline DirectedKey directed_key(const Segment& s,
                                std::uint16_t scope) noexcept {
  const IpAddress& a = s.source;
  const IpAddress& b = s.destination;
  const bool port = s.source_port < s.destination_port;
  const bool low =
      (a.word1() < b.word1()) |
      ((a.word1() == b.word1()) &
       ((a.word0() < b.word0()) | ((a.word0() == b.word0()) & port)));
  const auto ports =
      static_cast<std::uint32_t>(s.source_port ^ s.destination_port) &
      (0u - std::uint32_t{low});
  return {{IpAddress::select(low, a, b), IpAddress::select(low, b, a),
           static_cast<Port>(s.destination_port ^ ports),
           static_cast<Port>(s.source_port ^ ports), scope},
          low};
}

}  // namespace netlat
