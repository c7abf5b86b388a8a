#pragma once
// Headers that carry a packet inside a packet.  Each enters the tunnel, steps
// over its own header and says what is inside.

#include "lib/packet/cursor.h"

namespace netlat {

Layer ip_in_ip_layer(Cursor& c, Segment& out) noexcept;
Layer mpls_in_ip_layer(Cursor& c, Segment& out) noexcept;
Layer gre_layer(Cursor& c, Segment& out) noexcept;
Layer erspan_layer(Cursor& c, Segment& out) noexcept;

// Over UDP, where nothing but the port says so: what does not look like the
// tunnel's header is left a datagram.
Layer vxlan_layer(Cursor& c, Segment& out) noexcept;
Layer geneve_layer(Cursor& c, Segment& out) noexcept;
Layer gtpu_layer(Cursor& c, Segment& out) noexcept;

}  // namespace netlat
