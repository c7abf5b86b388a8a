#pragma once
// Link headers: from the first octet of a frame to the network layer.

#include "lib/packet/cursor.h"
#include "netlat/packet/decode.h"

namespace netlat {

inline constexpr LinkType kLinkEthernet = 1;
inline constexpr std::uint16_t kEtherIpv4 = 0x0800;

/// Smaller values are lengths, or reserved (IEEE 802.3 3.2.6).
inline constexpr std::uint16_t kFirstEtherType = 0x0600;

/// What frames of this link type begin with; stop if it is not known.
Layer first_layer(LinkType link) noexcept;

// Each expects its header at the cursor, steps over it and says what follows.
Layer null_loop_layer(Cursor& c) noexcept;
Layer fddi_layer(Cursor& c) noexcept;
Layer slip_layer(Cursor& c) noexcept;
Layer sll_layer(Cursor& c) noexcept;
Layer sll2_layer(Cursor& c, Segment& out) noexcept;
Layer nflog_layer(Cursor& c) noexcept;
Layer llc_layer(Cursor& c) noexcept;
Layer ppp_layer(Cursor& c) noexcept;
Layer pppoe_layer(Cursor& c, Segment& out) noexcept;
Layer vlan_layer(Cursor& c, Segment& out) noexcept;
Layer mpls_layer(Cursor& c, Segment& out) noexcept;

/// What c.ethertype, or the IEEE 802.3 length in its place, announces.
Layer layer_of_ethertype(Cursor& c) noexcept;

/// Inline because nearly every frame begins with it.
[[gnu::always_inline]] inline Layer ethernet_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 14;
  if (!c.has(kHeader)) [[unlikely]]
    return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  // Both addresses, in two reads; a hash cares for no order of octets.
  c.mix_tag(load_as<std::uint64_t>(p, std::endian::native));
  c.mix_tag(load_as<std::uint32_t>(p + 8, std::endian::native));
  c.ethertype = load_be16(p + 12);
  c.at += kHeader;
  return c.ethertype == kEtherIpv4 ? Layer::ipv4 : Layer::by_ethertype;
}

}  // namespace netlat
