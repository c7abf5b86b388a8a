#include "lib/packet/tunnel.h"

#include "lib/packet/link.h"

namespace netlat {

namespace {

/// The IP packet decoded last turns out to carry another packet: its
/// addresses become the outer ones.  False if that is one too many.
bool enter_tunnel(Cursor& c, Segment& out, EncapKind kind,
                  std::uint32_t id) noexcept {
  if (++c.tunnels > kMaxTunnels || !add_encap(out, kind, id)) return false;
  out.tunnelled = true;
  out.outer_source = out.source;
  out.outer_destination = out.destination;
  forget_network(out);
  forget_transport(out);
  c.carrier_cuts = true;
  return true;
}

/// Enters and goes to `inside`, or gives up.
Layer enter(Cursor& c, Segment& out, EncapKind kind, std::uint32_t id,
            Layer inside) noexcept {
  return enter_tunnel(c, out, kind, id) ? inside : c.stop(Verdict::too_deep);
}

/// Flag bits of the first GRE word (RFC 2784, 2890, 2637).
enum GreFlag : std::uint16_t {
  kChecksum = 0x8000,
  kRouting = 0x4000,
  kKey = 0x2000,
  kSequence = 0x1000,
  kAcknowledgment = 0x0080,  // version 1
  kVersion = 0x0007,
};

/// Octets of the whole header.
std::size_t gre_length(unsigned flags) noexcept {
  constexpr unsigned kOptional[] = {kChecksum, kKey, kSequence};
  std::size_t length = 4;
  for (const unsigned flag : kOptional) length += (flags & flag) != 0 ? 4 : 0;
  if ((flags & kVersion) == 1 && (flags & kAcknowledgment) != 0) length += 4;
  return length;
}

constexpr std::uint16_t kErspan2 = 0x88be;  // type I too, without sequence
constexpr std::uint16_t kErspan3 = 0x22eb;

}  // namespace

Layer ip_in_ip_layer(Cursor& c, Segment& out) noexcept {
  const Layer inside = c.protocol == 4 ? Layer::ipv4 : Layer::ipv6;
  return enter(c, out, EncapKind::ipip, 0, inside);
}

Layer mpls_in_ip_layer(Cursor& c, Segment& out) noexcept {
  return enter(c, out, EncapKind::ipip, 0, Layer::mpls);
}

// flags and version 2, protocol 2, checksum and offset 4, key 4, sequence 4;
// version 1 (PPTP): payload length 2, call id 2 for key, acknowledgment 4
Layer gre_layer(Cursor& c, Segment& out) noexcept {
  if (!c.has(4)) return c.stop_short(4);
  const std::uint8_t* p = c.here();
  const unsigned flags = load_be16(p);
  c.ethertype = load_be16(p + 2);
  const unsigned version = flags & kVersion;
  // Source routes (RFC 1701) were withdrawn by RFC 2784.
  if (version > 1 || (flags & kRouting) != 0) return c.stop(Verdict::other);
  const std::size_t length = gre_length(flags);
  if (!c.has(length)) return c.stop_short(length);
  const std::size_t key_at = (flags & kChecksum) != 0 ? 8 : 4;
  const std::uint32_t key = (flags & kKey) != 0 ? load_be32(p + key_at) : 0;
  c.at += length;

  if (version == 1) {
    // Without a sequence number it acknowledges and carries nothing.
    if ((flags & kSequence) == 0) return c.stop(Verdict::other);
    c.set_length(std::min<std::size_t>(c.declared(), key >> 16));
    return enter(c, out, EncapKind::gre, key & 0xffff, Layer::ppp);
  }
  if (c.ethertype == kErspan2 && (flags & kSequence) == 0) {
    return enter(c, out, EncapKind::erspan, 0, Layer::ethernet);
  }
  if (c.ethertype == kErspan2 || c.ethertype == kErspan3) return Layer::erspan;
  if (!enter_tunnel(c, out, EncapKind::gre, key)) {
    return c.stop(Verdict::too_deep);
  }
  if (c.ethertype < kFirstEtherType) return c.stop(Verdict::other);
  return Layer::by_ethertype;
}

// version 4 bits, VLAN 12, class 3, encapsulation 2, truncated 1, session 10;
// type II: index 4; type III: time 4, security group 2, frame type and flags 2,
// the last bit of which announces 8 octets more (draft-foschiano-erspan-03)
Layer erspan_layer(Cursor& c, Segment& out) noexcept {
  if (!c.has(4)) return c.stop_short(4);
  const std::uint32_t word = load_be32(c.here());
  const std::uint32_t session = word & 0x3ff;
  std::size_t length = 8;
  Layer inside = Layer::ethernet;
  switch (word >> 28) {
    case 1:
      break;
    case 2: {
      if (!c.has(12)) return c.stop_short(12);
      const unsigned tail = load_be16(c.here() + 10);
      length = (tail & 1) != 0 ? 20 : 12;
      constexpr unsigned kFrameIp = 2;
      if (((tail >> 10) & 0x1f) == kFrameIp) inside = Layer::ip;
      break;
    }
    default:
      return c.stop(Verdict::other);
  }
  if (!c.has(length)) return c.stop_short(length);
  c.at += length;
  return enter(c, out, EncapKind::erspan, session, inside);
}

// flags 1, reserved 3, VNI 3, reserved 1 (RFC 7348)
Layer vxlan_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint8_t kHasVni = 0x08;
  if (c.declared() < kHeader) return c.stop(Verdict::udp);
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  if ((p[0] & kHasVni) == 0) return c.stop(Verdict::udp);
  c.at += kHeader;
  return enter(c, out, EncapKind::vxlan, load_be24(p + 4), Layer::ethernet);
}

// version 2 bits, options length 6 in words, flags 1, protocol 2, VNI 3,
// reserved 1, options (RFC 8926)
Layer geneve_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 8;
  if (c.declared() < kHeader) return c.stop(Verdict::udp);
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const std::size_t length = kHeader + (p[0] & 0x3fu) * 4;
  c.ethertype = load_be16(p + 2);
  const bool version0 = p[0] >> 6 == 0;
  if (!version0 || length > c.declared()) return c.stop(Verdict::udp);
  if (!c.has(length)) return c.stop_short(length);
  c.at += length;
  if (!enter_tunnel(c, out, EncapKind::geneve, load_be24(p + 4))) {
    return c.stop(Verdict::too_deep);
  }
  return Layer::by_ethertype;
}

// flags 1, type 1, length 2, TEID 4; if any of the last three flags: sequence
// 2, N-PDU 1, next extension 1; extensions: length 1 in words, contents, next
// extension 1 (3GPP TS 29.281)
Layer gtpu_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint8_t kVersion1 = 0x30, kVersionMask = 0xf0;
  constexpr std::uint8_t kPacket = 255;
  if (c.declared() < kHeader) return c.stop(Verdict::udp);
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const std::uint32_t teid = load_be32(p + 4);
  if ((p[0] & kVersionMask) != kVersion1 || p[1] != kPacket) {
    return c.stop(Verdict::udp);
  }
  const bool optional = (p[0] & 0x07) != 0, extended = (p[0] & 0x04) != 0;
  c.at += kHeader;
  if (optional) {
    if (!c.has(4)) return c.stop_short(4);
    std::uint8_t next = extended ? c.here()[3] : 0;
    c.at += 4;
    while (next != 0) {
      if (!c.has(4)) return c.stop_short(4);
      const std::size_t length = c.here()[0] * std::size_t{4};
      if (length == 0) return c.stop(Verdict::malformed);
      if (!c.has(length)) return c.stop_short(length);
      next = c.here()[length - 1];
      c.at += length;
    }
  }
  if (!enter_tunnel(c, out, EncapKind::gtpu, teid)) {
    return c.stop(Verdict::too_deep);
  }
  if (!c.has(1)) return c.stop_short(1);
  const unsigned nibble = c.here()[0] >> 4;
  const bool ip = nibble == 4 || nibble == 6;
  return ip ? Layer::ip : c.stop(Verdict::other);  // or a PDU of no kind known
}

}  // namespace netlat
