#pragma once
// UDP and ICMP.

#include "lib/packet/cursor.h"
#include "netlat/packet/decode.h"

namespace netlat {

/// Fills the UDP part; a tunnel's layer if the destination port is one's.
Layer udp_layer(Cursor& c, const DecodeOptions& options, Segment& out) noexcept;

/// ICMP or ICMPv6, whichever the IP version says.
Layer icmp_layer(Cursor& c, Segment& out) noexcept;

}  // namespace netlat
