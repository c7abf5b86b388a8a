#pragma once
// Frame to Segment, without state.

#include <cstdint>
#include <vector>

#include "netlat/base/packet_view.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// LINKTYPE_ values (https://www.tcpdump.org/linktypes.html) as files carry
/// them; DLT_ synonyms of other systems are listed in decode.cc.
using LinkType = std::uint32_t;

/// What the decoder may be told.
struct DecodeOptions {
  /// UDP destination ports beside 4789, 8472 taken for VXLAN.
  std::vector<Port> vxlan_ports;
};

/// Decodes one frame.  Iterative and bounded: at most 16 layers, 4 tunnels, 8
/// tags, 16 labels, 10 IPv6 extension headers.  Never reads outside
/// `packet.data`, never allocates, never throws.  On tcp, udp, icmp and other
/// `out` is filled as far as the verdict says; otherwise its content is
/// unspecified.  `out.vantage` is left to the caller.
Verdict decode(const PacketView& packet, LinkType link,
               const DecodeOptions& options, Segment& out) noexcept;

/// True if the decoder knows the link type.
bool link_supported(LinkType link) noexcept;

}  // namespace netlat
