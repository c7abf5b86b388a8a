// What stands between a link header and IP: tags, labels, sessions.

#include "lib/packet/link.h"

namespace netlat {
namespace {

/// True if an Ethernet header that carries something known may begin `skip`
/// octets on.
bool looks_like_ethernet(const Cursor& c, std::size_t skip) noexcept {
  if (!c.has(skip + 14)) return false;
  switch (load_be16(c.here() + skip + 12)) {
    case 0x0800:
    case 0x0806:
    case 0x8100:
    case 0x86dd:
    case 0x88a8:
      return true;
    default:
      return false;
  }
}

/// MPLS does not say what it carries.  IP gives itself away by its version
/// (RFC 4928).  Ethernet pseudowires have a control word that begins with a
/// zero nibble (RFC 4385), or start with the frame at once.
Layer after_labels(Cursor& c) noexcept {
  if (!c.has(1)) return c.stop_short(1);
  constexpr std::size_t kControlWord = 4;
  const unsigned nibble = c.here()[0] >> 4;
  if (nibble == 4) return Layer::ipv4;
  if (nibble == 6) return Layer::ipv6;
  if (nibble == 0 && looks_like_ethernet(c, kControlWord)) {
    c.at += kControlWord;
    return Layer::ethernet;
  }
  if (looks_like_ethernet(c, 0)) return Layer::ethernet;
  return c.stop(Verdict::other);
}

}  // namespace

// priority 3 bits, drop eligible 1, VLAN 12, EtherType 2; repeated
Layer vlan_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kTag = 4;
  if (++c.tags > kMaxTags) return c.stop(Verdict::too_deep);
  if (!c.has(kTag)) return c.stop_short(kTag);
  const std::uint32_t vlan = load_be16(c.here()) & 0x0fffu;
  c.ethertype = load_be16(c.here() + 2);
  c.at += kTag;
  c.mix_tag(vlan);
  // VLAN 0 is a frame with a priority in no VLAN (IEEE 802.1Q 9.6).
  if (vlan != 0 && !add_encap(out, EncapKind::vlan, vlan)) {
    return c.stop(Verdict::too_deep);
  }
  return Layer::by_ethertype;
}

// label 20 bits, class 3, bottom of stack 1, TTL 8 (RFC 3032); repeated
Layer mpls_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kEntry = 4;
  std::uint32_t entry = 0;
  do {
    if (++c.labels > kMaxLabels) return c.stop(Verdict::too_deep);
    if (!c.has(kEntry)) return c.stop_short(kEntry);
    entry = load_be32(c.here());
    c.at += kEntry;
  } while ((entry & 0x100) == 0);
  if (!add_encap(out, EncapKind::mpls, entry >> 12)) {
    return c.stop(Verdict::too_deep);
  }
  return after_labels(c);
}

// version and type 1, code 1, session 2, length 2 (RFC 2516), then PPP
Layer pppoe_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 6;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  if (p[0] != 0x11) return c.stop(Verdict::malformed);
  if (p[1] != 0) return c.stop(Verdict::other);  // discovery
  const std::size_t length = load_be16(p + 4);
  if (!add_encap(out, EncapKind::pppoe, load_be16(p + 2))) {
    return c.stop(Verdict::too_deep);
  }
  c.at += kHeader;
  if (length > c.declared() && !c.carrier_cuts) {
    return c.stop(c.contradiction());
  }
  c.set_length(length);
  return Layer::ppp;
}

// PPP in HDLC framing: ff 03, protocol 2 (RFC 1662); either part may have been
// compressed away.  Cisco's: 0f or 8f, 00, EtherType 2.
Layer ppp_layer(Cursor& c) noexcept {
  if (!c.has(2)) return c.stop_short(2);
  const std::uint16_t start = load_be16(c.here());
  if (start == 0x0f00 || start == 0x8f00) {
    if (!c.has(4)) return c.stop_short(4);
    c.ethertype = load_be16(c.here() + 2);
    c.at += 4;
    if (c.ethertype < kFirstEtherType) return c.stop(Verdict::other);
    return Layer::by_ethertype;
  }
  if (start == 0xff03) c.at += 2;

  if (!c.has(2)) return c.stop_short(2);
  std::uint16_t protocol = load_be16(c.here());
  const bool one_octet = (protocol & 0x0100) != 0;  // RFC 1661 6.5
  if (one_octet) protocol >>= 8;
  c.at += one_octet ? 1 : 2;
  switch (protocol) {
    case 0x0021:
      return Layer::ipv4;
    case 0x0057:
      return Layer::ipv6;
    case 0x0281:
    case 0x0283:
      return Layer::mpls;
    default:
      return c.stop(Verdict::other);
  }
}

}  // namespace netlat
