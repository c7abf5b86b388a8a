#pragma once
// Recognises a packet that was just seen.
//
// Problem: a frame captured twice (`-i any`, a mirror port of both directions)
// or delivered twice by the network looks like a retransmission.  Method: the
// header fields that a retransmission changes (IP-ID, TSval) together with
// those it keeps are compared with the latest packets of all connections.
// Only packets that bring nothing new are looked up, so the ring costs a clean
// capture one sequential store a packet.  Bias: a copy that arrives after
// kDepth other packets is taken for a retransmission.

#include <array>
#include <cstdint>

#include "netlat/packet/segment.h"

namespace netlat {

class RecentPackets {
 public:
  static constexpr std::size_t kDepth = 256;

  struct Print {
    std::uint64_t numbers = 0;  ///< seq and ack
    std::uint64_t header = 0;   ///< length, flags, IP-ID
    std::uint64_t options = 0;  ///< TSval, window, first SACK edge
    std::uint32_t connection = 0;
    std::uint32_t link_tag = 0;
    Stamp time;

    bool same(const Print& o) const noexcept {
      return numbers == o.numbers && header == o.header &&
             options == o.options && connection == o.connection;
    }
  };

  static Print print(const Segment& s, std::uint32_t connection) noexcept {
    Print p;
    p.numbers = std::uint64_t{s.tcp.seq.value} << 32 | s.tcp.ack.value;
    p.header = std::uint64_t{s.payload_length} << 32 |
               std::uint64_t{s.tcp.flags} << 16 | s.ip_id;
    p.options = std::uint64_t{s.tcp.has_timestamps ? s.tcp.tsval : 0} << 32 |
                std::uint64_t{s.tcp.window} << 16;
    if (s.tcp.sack_count > 0) p.options ^= s.tcp.sack[0].right.value;
    p.connection = connection;
    p.link_tag = s.link_tag;
    p.time = s.time;
    return p;
  }

  /// The latest equal packet, or nullptr.
  const Print* find(const Print& wanted) const noexcept {
    for (std::size_t back = 1; back <= kDepth; ++back) {
      const Print& p = ring_[(next_ - back) % kDepth];
      if (p.same(wanted)) return &p;
    }
    return nullptr;
  }
  void add(const Print& p) noexcept { ring_[next_++ % kDepth] = p; }

 private:
  std::array<Print, kDepth> ring_{};
  std::size_t next_ = 0;
};

}  // namespace netlat
