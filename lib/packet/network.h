#pragma once
// IPv4 and IPv6.
//
// Lengths: the IP header says how long the packet is.  Three ways in which it
// does not:
//   0           segmentation offload and packets above 64 KiB (BIG TCP): the
//               frame's own length counts, if the frame is longer than the
//               shortest Ethernet frame and carries what is offloaded.
//   too long    a host drops such a packet, so it is malformed; but inside a
//               tunnel or an NFLOG message a mirror may have cut the copy, and
//               the inner header still knows the length it had.
//   too short   inside a tunnel, when the network card cuts the packet into
//               frames (GSO_PARTIAL) the inner header has the length of one
//               frame, the outer one that of them all.

#include "lib/packet/cursor.h"

namespace netlat {

inline constexpr std::uint8_t kProtocolTcp = 6;

/// The largest IP packet one frame carries: jumbo Ethernet, 9216 octets.
inline constexpr std::size_t kLargestWirePacket = 9216;

/// A length as it should be read.
struct Extent {
  std::size_t length = 0;  ///< 0: malformed
  bool offloaded = false;
};
/// What a carrier leaves for the packet in it.
struct Carrier {
  std::size_t declared;      ///< Cursor::declared()
  std::size_t declared_end;  ///< Cursor::declared_end
  bool cut;                  ///< the packet may rightly be longer
};
/// Requires: the header of a packet in `carrier` says `told`, an odd value of
/// the three kinds above.
Extent odd_length(Carrier carrier, std::size_t told) noexcept;

/// True if the packet at the cursor is the GSO_PARTIAL case.
inline bool partly_segmented(const Cursor& c, std::size_t told,
                             std::uint8_t protocol) noexcept {
  constexpr std::size_t kOrdinaryMtu = 1500;
  constexpr std::size_t kMostPadding = 64;
  return c.tunnels != 0 && protocol == kProtocolTcp && told != 0 &&
         c.declared() > kOrdinaryMtu && c.declared() > told + kMostPadding;
}

/// How far a layer goes.  `ordinary`: what nearly every packet is; anything
/// else stops, and the packet is begun again with `any`.
enum class Reach : std::uint8_t { ordinary, any };

/// Limits the cursor to the packet that starts there and whose header says
/// `told`.  Gives the length used, 0 if it is malformed.
template <Reach kReach = Reach::any>
[[gnu::always_inline]] inline std::size_t enter_packet(
    Cursor& c, std::size_t told, std::uint8_t protocol) noexcept {
  c.length_unknown = false;
  const bool odd =
      told == 0 || told > c.declared() || partly_segmented(c, told, protocol);
  if (odd) [[unlikely]] {
    if constexpr (kReach == Reach::ordinary) return 0;
    const Extent extent = odd_length(
        {c.declared(), c.declared_end, c.carrier_cuts || c.fragment}, told);
    c.length_unknown = told == 0;
    c.super_segment = c.super_segment || extent.offloaded;
    told = extent.length;
  }
  c.set_length(told);
  c.network_at = c.at;
  return told;
}

/// What c.protocol announces at the cursor.
Layer layer_of_protocol(Cursor& c, const Segment& out) noexcept;

Layer ip_layer(Cursor& c) noexcept;
Layer ipv6_layer(Cursor& c, Segment& out) noexcept;
Layer extension_layer(Cursor& c, Segment& out) noexcept;

/// Only the first fragment has a transport header.
inline void note_fragment(Cursor& c, Segment& out, bool later) noexcept {
  out.first_fragment = !later;
  out.later_fragment = later;
  c.fragment = true;
}

/// Inline because nearly every packet has this header.
template <Reach kReach = Reach::any>
[[gnu::always_inline]] inline Layer ipv4_layer(Cursor& c,
                                               Segment& out) noexcept {
  constexpr std::size_t kHeader = 20;
  if (!c.has(kHeader)) [[unlikely]]
    return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const std::size_t header = (p[0] & 0x0fu) * 4;
  constexpr unsigned kLeast = 0x45, kMost = 0x4f;  // version 4, words
  if (p[0] - kLeast > kMost - kLeast) [[unlikely]]
    return c.stop(Verdict::malformed);
  const std::size_t total = enter_packet<kReach>(c, load_be16(p + 2), p[9]);
  if (total < header) [[unlikely]]
    return c.stop(Verdict::malformed);
  if (!c.has(header)) [[unlikely]]
    return c.stop_short(header);
  const unsigned fragment = load_be16(p + 6) & 0x3fffu;  // more, offset
  if (kReach == Reach::ordinary && fragment != 0) [[unlikely]]
    return Layer::stop;

  out.source = IpAddress::v4(p + 12);
  out.destination = IpAddress::v4(p + 16);
  out.ip_id = load_be16(p + 4);
  out.ttl = p[8];
  out.ip_protocol = p[9];
  out.dscp_ecn = p[1];
  out.ipv6 = false;
  out.has_ip_id = true;
  out.first_fragment = false;
  out.later_fragment = false;
  out.super_segment = c.super_segment || total > kLargestWirePacket;
  c.protocol = p[9];
  c.at += header;

  if (fragment != 0) [[unlikely]] {
    note_fragment(c, out, (fragment & 0x1fff) != 0);
    if (out.later_fragment) return c.stop(Verdict::other);
  }
  return c.protocol == kProtocolTcp ? Layer::tcp : Layer::by_protocol;
}

}  // namespace netlat
