#pragma once
// Frame to Segment, without state.

#include <array>
#include <cstdint>
#include <span>
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
/// `packet.data`, never allocates, never throws.
///
/// `out` may hold an earlier packet.  On tcp, udp, icmp and other every field
/// is this packet's, except those a comment in Segment makes conditional and
/// `out.vantage`, which is left to the caller; on the remaining verdicts the
/// content is unspecified.
Verdict decode(const PacketView& packet, LinkType link,
               const DecodeOptions& options, Segment& out) noexcept;

/// Whether a packet with that verdict is one for Measurement::advance().
constexpr bool measured(Verdict verdict) {
  return verdict == Verdict::tcp || verdict == Verdict::udp ||
         verdict == Verdict::icmp;
}

/// By Verdict.
using VerdictCounts = std::array<std::uint64_t, kVerdicts>;

/// Decodes frames of one link type.  Those that are measured() and have a
/// time are in `out`, one after the other; returns how many.  Counts the
/// verdict of each.  Requires: out.size() >= packets.size().
std::size_t decode_run(std::span<const PacketView> packets, LinkType link,
                       const DecodeOptions& options, std::span<Segment> out,
                       VerdictCounts& counts) noexcept;

/// True if the decoder knows the link type.
bool link_supported(LinkType link) noexcept;

}  // namespace netlat
