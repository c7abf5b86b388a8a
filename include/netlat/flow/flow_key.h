#pragma once
// Which connection a segment belongs to.

#include <bit>
#include <cstdint>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// The unordered pair of end points within a scope.  `low` is the smaller end
/// point in memory order, which means nothing but makes both directions equal.
struct FlowKey {
  IpAddress low, high;
  /// Scope (capture point and tunnels, from a ScopeTable), high port, low
  /// port: 16 bits each, from bit 32 down.
  std::uint64_t rest = 0;

  static std::uint64_t join(std::uint16_t scope, Port high_port,
                            Port low_port) noexcept {
    return std::uint64_t{scope} << 32 | std::uint64_t{high_port} << 16 |
           low_port;
  }
  Port low_port() const noexcept { return static_cast<Port>(rest); }
  Port high_port() const noexcept { return static_cast<Port>(rest >> 16); }
  std::uint16_t scope() const noexcept {
    return static_cast<std::uint16_t>(rest >> 32);
  }

  friend bool operator==(const FlowKey& a, const FlowKey& b) noexcept {
    const std::uint64_t words =
        (a.low.word1() ^ b.low.word1()) | (a.high.word1() ^ b.high.word1()) |
        (a.rest ^ b.rest) | (a.low.word0() ^ b.low.word0()) |
        (a.high.word0() ^ b.high.word0());
    return words == 0;
  }

  std::uint64_t hash(const KeyedHash& keyed) const noexcept {
    if ((low.word0() | high.word0()) == 0) [[likely]] {
      // IPv4: what differs of both addresses fits one word.
      const std::uint64_t pair =
          low.word1() >> 32 | (high.word1() & 0xffff'ffff'0000'0000);
      return keyed(pair, rest);
    }
    return keyed(
        {low.word0(), low.word1(), high.word0(), high.word1(), rest, 0});
  }
};

/// A key and whether the segment's sender is its low end.
struct DirectedKey {
  FlowKey key;
  bool sender_is_low = false;
};

/// Orders by words, not by text: cheaper, and any fixed order serves.  Which
/// way a packet goes cannot be predicted, so everything that depends on it is
/// chosen without a branch; equal ends (a host that talks to itself) are rare
/// enough for one.
inline void direct(const Segment& s, std::uint16_t scope,
                   DirectedKey& out) noexcept {
  const IpAddress a = s.source;
  const IpAddress b = s.destination;
  bool high = b.word1() < a.word1();
  if (a.word1() == b.word1()) [[unlikely]] {
    high = a.word0() != b.word0() ? b.word0() < a.word0()
                                  : s.destination_port <= s.source_port;
  }
  IpAddress::order(a, b, high, out.key.low, out.key.high);
  // One load as a Segment has them; turned round when the sender is low.
  const std::uint32_t ports = std::rotl(
      std::uint32_t{s.source_port} << 16 | s.destination_port, high ? 0 : 16);
  out.key.rest = std::uint64_t{scope} << 32 | ports;
  out.sender_is_low = !high;
}

}  // namespace netlat
