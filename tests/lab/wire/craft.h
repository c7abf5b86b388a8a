// Packets the wire makes itself: resets and "too big" errors.

#pragma once

#include "tests/lab/wire/packet_view.h"

namespace lab {

// Each returns the length written; `buffer` holds at least kCraftedOctets.
inline constexpr size_t kCraftedOctets = 1280;

// RST from `source` to `destination` with this sequence number; also ACK if
// with_ack.
struct Reset {
  Endpoint source;
  Endpoint destination;
  uint32_t seq = 0;
  uint32_t ack = 0;
  bool with_ack = false;
};
size_t build_reset(const Reset& reset, Octets buffer);

// ICMP Fragmentation Needed (RFC 1191) or ICMPv6 Packet Too Big (RFC 4443)
// from `router` to the sender of `packet`, quoting it.
size_t build_too_big(ConstOctets packet, const PacketView& view,
                     const Address& router, uint32_t mtu, Octets buffer);

}  // namespace lab
