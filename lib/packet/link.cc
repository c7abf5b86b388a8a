// Link types and their headers.  Numbers and layouts are those of
// https://www.tcpdump.org/linktypes.html; each function has the layout it
// reads in a line of its own.

#include "lib/packet/link.h"

namespace netlat {
namespace {

struct LinkEntry {
  LinkType type;
  Layer first;
};
constexpr LinkEntry kLinks[] = {
    {0, Layer::null_loop},    // NULL: BSD loopback
    {1, Layer::ethernet},     // EN10MB
    {8, Layer::slip},         // SLIP
    {9, Layer::ppp},          // PPP
    {10, Layer::fddi},        // FDDI
    {12, Layer::ip},          // DLT_RAW of most systems
    {14, Layer::ip},          // DLT_RAW of OpenBSD
    {50, Layer::ppp},         // PPP_HDLC
    {51, Layer::pppoe},       // PPP_ETHER
    {101, Layer::ip},         // RAW
    {104, Layer::ppp},        // C_HDLC
    {108, Layer::null_loop},  // LOOP: OpenBSD loopback
    {113, Layer::sll},        // LINUX_SLL
    {228, Layer::ipv4},       // IPV4
    {229, Layer::ipv6},       // IPV6
    {239, Layer::nflog},      // NFLOG
    {276, Layer::sll2},       // LINUX_SLL2
};

constexpr std::uint16_t kEtherIpv6 = 0x86dd;
constexpr std::uint16_t kLargestLength = 1500;  // IEEE 802.3 3.2.6

/// What a protocol family of BSD's <sys/socket.h> announces.  IPv6 differs by
/// system: Linux 10, Windows 23, NetBSD and OpenBSD 24, FreeBSD 28, macOS 30.
Layer layer_of_family(Cursor& c, std::uint32_t family) noexcept {
  switch (family) {
    case 2:
      return Layer::ipv4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30:
      return Layer::ipv6;
    default:
      return c.stop(Verdict::other);
  }
}

/// Linux cooked headers share a protocol field that is an EtherType, except
/// for small numbers of <linux/if_ether.h>.
Layer layer_of_cooked(Cursor& c) noexcept {
  constexpr std::uint16_t kEthP8022 = 4;
  if (c.ethertype == kEthP8022) return Layer::llc;
  if (c.ethertype < kFirstEtherType) return c.stop(Verdict::other);
  return Layer::by_ethertype;
}

}  // namespace

Layer first_layer(LinkType link) noexcept {
  for (const LinkEntry& entry : kLinks) {
    if (entry.type == link) return entry.first;
  }
  return Layer::stop;
}

bool link_supported(LinkType link) noexcept {
  return first_layer(link) != Layer::stop;
}

Layer layer_of_ethertype(Cursor& c) noexcept {
  const std::uint16_t type = c.ethertype;
  if (type <= kLargestLength) {
    // Shorter than the rest of the frame where the frame is padded.
    if (type != 0 && type <= c.declared()) c.set_length(type);
    return Layer::llc;
  }
  switch (type) {
    case kEtherIpv4:
      return Layer::ipv4;
    case kEtherIpv6:
      return Layer::ipv6;
    case 0x8100:  // 802.1Q
    case 0x88a8:  // 802.1ad
    case 0x9100:  // before 802.1ad
      return Layer::vlan;
    case 0x8847:
    case 0x8848:
      return Layer::mpls;
    case 0x8864:
      return Layer::pppoe;
    case 0x880b:
      return Layer::ppp;
    case 0x6558:  // transparent Ethernet bridging, in GRE and GENEVE
      return Layer::ethernet;
    case 0x8870:  // LLC in a frame too long for a length
      return Layer::llc;
    default:
      return c.stop(Verdict::other);
  }
}

// family 4, in the byte order of the capturing host (NULL) or big-endian
Layer null_loop_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 4;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  std::uint32_t family = load_be32(c.here());
  if (family > 0xffff) family = __builtin_bswap32(family);
  c.at += kHeader;
  return layer_of_family(c, family);
}

// frame control 1, destination 6, source 6, then LLC
Layer fddi_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 13;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const bool llc_frame = (p[0] & 0xf0) == 0x50;  // ANSI X3.139 asynchronous LLC
  c.mix_tag(load_be64(p + 1));
  c.mix_tag(load_be32(p + 9));
  c.at += kHeader;
  return llc_frame ? Layer::llc : c.stop(Verdict::other);
}

// direction 1, first octet before decompression 1, compressed header 14
Layer slip_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 16;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t kind = c.here()[1] & 0xf0;
  c.mix_tag(c.here()[0]);
  c.at += kHeader;
  // 0x40 is a plain IPv4 header; others are RFC 1144 compressed ones, whose
  // meaning is in earlier packets.
  return kind == 0x40 ? Layer::ipv4 : c.stop(Verdict::other);
}

// packet type 2, ARPHRD 2, address length 2, address 8, protocol 2
Layer sll_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 16;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  c.mix_tag(load_be64(p + 6));
  c.mix_tag(load_be16(p));
  c.ethertype = load_be16(p + 14);
  c.at += kHeader;
  return layer_of_cooked(c);
}

// protocol 2, zero 2, ifindex 4, ARPHRD 2, packet type 1, address length 1,
// address 8
Layer sll2_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 20;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  out.ifindex = load_be32(p + 4);
  c.mix_tag(load_be64(p + 12));
  c.mix_tag(p[10]);
  c.ethertype = load_be16(p);
  c.at += kHeader;
  return layer_of_cooked(c);
}

// family 1, version 1, resource id 2, then attributes: length 2 (its own four
// octets included) and type 2 in the byte order of the capturing host, value,
// padding to 4
Layer nflog_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 4;
  constexpr std::uint16_t kPayload = 9;  // NFULA_PAYLOAD
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t family = c.here()[0];
  c.at += kHeader;
  while (c.declared() >= 4) {
    if (!c.has(4)) return c.stop_short(4);
    const std::uint8_t* p = c.here();
    // Attribute types are below 256, so the zero octet tells the byte order.
    const auto order = p[2] == 0 ? std::endian::big : std::endian::little;
    const auto length = load_as<std::uint16_t>(p, order);
    if (length < 4) return c.stop(Verdict::malformed);
    if (load_as<std::uint16_t>(p + 2, order) == kPayload) {
      c.at += 4;
      c.set_length(length - 4u);
      c.carrier_cuts = true;  // nflog-range ends packets early
      return layer_of_family(c, family);
    }
    const std::size_t step = (length + 3u) & ~std::size_t{3};
    if (!c.has(step)) return c.stop_short(step);
    c.at += step;
  }
  return c.stop(Verdict::other);
}

// DSAP 1, SSAP 1, control 1; for SNAP also organisation 3, EtherType 2
Layer llc_layer(Cursor& c) noexcept {
  constexpr std::size_t kHeader = 3;
  constexpr std::uint32_t kUnnumberedSnap = 0xaaaa03;
  constexpr std::uint32_t kUnnumberedIp = 0x060603;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint32_t llc = load_be24(c.here());
  c.at += kHeader;
  if (llc == kUnnumberedIp) return Layer::ipv4;
  if (llc != kUnnumberedSnap) return c.stop(Verdict::other);

  constexpr std::size_t kSnap = 5;
  if (!c.has(kSnap)) return c.stop_short(kSnap);
  const std::uint32_t organisation = load_be24(c.here());
  c.ethertype = load_be16(c.here() + 3);
  c.at += kSnap;
  // RFC 1042, and bridges that translate (IEEE 802.1H).
  const bool ethertype = organisation == 0 || organisation == 0x0000f8;
  if (!ethertype || c.ethertype < kFirstEtherType)
    return c.stop(Verdict::other);
  return Layer::by_ethertype;
}

}  // namespace netlat
