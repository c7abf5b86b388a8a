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
    // In the order of a Segment, so that two are one load and one store.
    std::uint64_t numbers = 0;  ///< seq and ack, and the first SACK edge
    Stamp time;
    std::uint32_t length = 0, link_tag = 0;
    std::uint32_t tsval = 0;
    std::uint16_t window = 0;
    std::uint8_t flags = 0;
    std::uint16_t ip_id = 0;
    std::uint32_t connection = 0;

    bool same(const Print& o) const noexcept {
      return numbers == o.numbers && connection == o.connection &&
             tsval == o.tsval && length == o.length && ip_id == o.ip_id &&
             window == o.window && flags == o.flags;
    }
    /// Whether `piece` is one of the wire segments, each of `segment_size`
    /// octets (0: not known), that were merged into this super-segment.
    bool holds(const Print& piece, std::uint32_t segment_size) const noexcept {
      const auto offset = static_cast<std::uint32_t>(piece.numbers >> 32) -
                          static_cast<std::uint32_t>(numbers >> 32);
      if (segment_size == 0 || length <= segment_size || offset >= length ||
          piece.length > length - offset || offset % segment_size != 0 ||
          piece.tsval != tsval || piece.connection != connection) {
        return false;
      }
      const bool unnumbered = ip_id == 0 && piece.ip_id == 0;
      return unnumbered || static_cast<std::uint16_t>(
                               ip_id + offset / segment_size) == piece.ip_id;
    }
  };

  static void fill(Print& p, const Segment& s,
                   std::uint32_t connection) noexcept {
    p.numbers = std::uint64_t{s.tcp.seq.value} << 32 | s.tcp.ack.value;
    p.tsval = s.tcp.tsval;
    p.length = s.payload_length;
    if (s.tcp.sack_count > 0) [[unlikely]]
      p.numbers ^= s.tcp.sack[0].right.value;
    p.ip_id = s.ip_id;
    p.window = s.tcp.window;
    p.flags = s.tcp.flags;
    p.connection = connection;
    p.link_tag = s.link_tag;
    p.time = s.time;
  }
  static Print print(const Segment& s, std::uint32_t connection) noexcept {
    Print p;
    fill(p, s, connection);
    return p;
  }

  /// The latest equal packet, or super-segment that holds it, or nullptr.
  const Print* find(const Print& wanted,
                    std::uint32_t segment_size) const noexcept {
    for (std::size_t back = 1; back <= kDepth; ++back) {
      const Print& p = ring_[(next_ - back) % kDepth];
      if (p.same(wanted) || p.holds(wanted, segment_size)) return &p;
    }
    return nullptr;
  }
  /// Written in place: a copy of a copy is what this costs otherwise.
  void add(const Segment& s, std::uint32_t connection) noexcept {
    Print* const next = ring_.data() + next_++ % kDepth;
    fill(*next, s, connection);
  }

 private:
  std::array<Print, kDepth> ring_{};
  std::size_t next_ = 0;
};

}  // namespace netlat
