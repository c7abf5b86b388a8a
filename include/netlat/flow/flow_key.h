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
  std::uint16_t scope = 0;   ///< capture point and tunnels, from a ScopeTable
  std::uint16_t filler = 0;  ///< makes one word of the four

  friend bool operator==(const FlowKey& a, const FlowKey& b) noexcept {
    const std::uint64_t words =
        (a.low.word1() ^ b.low.word1()) | (a.high.word1() ^ b.high.word1()) |
        (a.tail() ^ b.tail()) | (a.low.word0() ^ b.low.word0()) |
        (a.high.word0() ^ b.high.word0());
    return words == 0;
  }

  std::uint64_t hash(const KeyedHash& keyed) const noexcept {
    if ((low.word0() | high.word0()) == 0) [[likely]] {
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
    return std::uint64_t{filler} << 48 | std::uint64_t{scope} << 32 |
           std::uint64_t{high_port} << 16 | low_port;
  }
};

/// A key and whether the segment's sender is its low end.
struct DirectedKey {
  FlowKey key;
  bool sender_is_low = false;
};

/// Orders by words, not by text: cheaper, and any fixed order serves.  Chooses
/// by mask, because which way a packet goes cannot be predicted; equal ends (a
/// host that talks to itself) are rare enough for a branch.
inline void direct(const Segment& s, std::uint16_t scope,
                   DirectedKey& out) noexcept {
  const IpAddress a = s.source;
  const IpAddress b = s.destination;
  bool low = a.word1() < b.word1();
  if (a.word1() == b.word1()) [[unlikely]] {
    low = a.word0() != b.word0() ? a.word0() < b.word0()
                                 : s.source_port < s.destination_port;
  }
  const std::uint32_t from = s.source_port;
  const std::uint32_t to = s.destination_port;
  const std::uint32_t up = to << 16 | from;
  const std::uint32_t down = from << 16 | to;
  const std::uint32_t ports = down ^ ((up ^ down) & (0u - std::uint32_t{low}));
  const std::uint64_t tail = std::uint64_t{scope} << 32 | ports;
  const IpAddress low_end = IpAddress::select(low, a, b);
  const IpAddress high_end = IpAddress::select(low, b, a);
  out.sender_is_low = low;
  out.key.low = low_end;
  out.key.high = high_end;
  out.key.low_port = static_cast<Port>(tail);
  out.key.high_port = static_cast<Port>(tail >> 16);
  out.key.scope = static_cast<std::uint16_t>(tail >> 32);
  out.key.filler = static_cast<std::uint16_t>(tail >> 48);
}

}  // namespace netlat
