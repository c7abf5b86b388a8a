#pragma once
// Which connection a segment belongs to.

#include <array>
#include <cstdint>

#include "netlat/base/address.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// The unordered pair of end points within a scope.  `low` is the smaller end
/// point in memory order, which means nothing but makes both directions equal.
struct FlowKey {
  IpAddress low, high;
  Port low_port = 0, high_port = 0;
  std::uint16_t scope = 0;  ///< capture point and tunnels, from a ScopeTable

  friend bool operator==(const FlowKey&, const FlowKey&) = default;

  /// For KeyedHash.
  std::array<std::uint64_t, 6> words() const noexcept {
    return {low.word0(),
            low.word1(),
            high.word0(),
            high.word1(),
            std::uint64_t{low_port} << 16 | high_port,
            scope};
  }
};

/// A key and whether the segment's sender is its low end.
struct DirectedKey {
  FlowKey key;
  bool sender_is_low = false;
};

/// Orders by words, not by text: cheaper, and any fixed order serves.
inline DirectedKey directed_key(const Segment& s,
                                std::uint16_t scope) noexcept {
  const auto& a = s.source;
  const auto& b = s.destination;
  bool low = s.source_port < s.destination_port;
  if (a.word1() != b.word1()) {
    low = a.word1() < b.word1();
  } else if (a.word0() != b.word0()) {
    low = a.word0() < b.word0();
  }
  if (low) return {{a, b, s.source_port, s.destination_port, scope}, true};
  return {{b, a, s.destination_port, s.source_port, scope}, false};
}

}  // namespace netlat
