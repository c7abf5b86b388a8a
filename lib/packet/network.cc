// The rarer parts of IP: odd lengths, IPv6 and its extension headers
// (RFC 8200), what a protocol number announces.

#include "lib/packet/network.h"

namespace netlat {
namespace {

// https://www.iana.org/assignments/protocol-numbers
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;

/// Octets of the frame up to which a length of 0 is plain wrong: without its
/// checksum the shortest Ethernet frame has 60.
constexpr std::size_t kShortestFrame = 60;

/// Only these are handed to a network card in pieces larger than a packet.
bool offloadable(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case 4:
    case kProtocolTcp:
    case 17:
    case 41:
    case 47:
      return true;
    default:
      return false;
  }
}

bool is_extension(std::uint8_t protocol, bool ipv6) noexcept {
  switch (protocol) {
    case kAuthentication:
      return true;
    case kHopByHop:
    case 43:  // routing
    case kFragment:
    case 60:   // destination options
    case 135:  // mobility
    case 139:  // HIP
    case 140:  // Shim6
      return ipv6;
    default:
      return false;
  }
}

std::size_t extension_length(std::uint8_t protocol,
                             const std::uint8_t* p) noexcept {
  if (protocol == kFragment) return 8;
  if (protocol == kAuthentication) return (p[1] + 2u) * 4;  // RFC 4302 2.2
  return (p[1] + 1u) * 8;
}

/// The jumbo payload option (RFC 2675) of a hop-by-hop header, or 0.
std::size_t jumbo_length(Bytes hop_by_hop) noexcept {
  constexpr std::uint8_t kPad1 = 0, kJumbo = 0xc2;
  ByteReader options(hop_by_hop);
  options.skip(2);
  while (options.ok() && options.remaining() != 0) {
    const std::uint8_t kind = options.u8();
    if (kind == kPad1) continue;
    const std::uint8_t length = options.u8();
    if (kind == kJumbo && length == 4) return options.u32();
    options.skip(length);
  }
  return 0;
}

/// Replaces the unknown length by the one a jumbogram tells, if it does.
bool apply_jumbo(Cursor& c, Segment& out, Bytes hop_by_hop) noexcept {
  constexpr std::size_t kHeader = 40;
  const std::size_t jumbo = jumbo_length(hop_by_hop);
  if (jumbo == 0) return true;
  const std::size_t told = kHeader + jumbo;
  const std::size_t carrier = c.declared_end - c.network_at;
  if (jumbo <= 0xffff || (told > carrier && !c.carrier_cuts)) return false;
  c.declared_end = c.network_at + told;
  c.end = std::min(c.end, c.declared_end);
  c.length_unknown = false;
  out.super_segment = c.super_segment = true;
  return true;
}

}  // namespace

Extent odd_length(Carrier carrier, std::size_t told) noexcept {
  if (told == 0) {
    if (carrier.declared_end <= kShortestFrame) return {};
    return {carrier.declared, true};
  }
  if (told <= carrier.declared) return {carrier.declared, true};  // GSO_PARTIAL
  if (carrier.cut) return {told, false};
  return {};
}

Layer layer_of_protocol(Cursor& c, const Segment& out) noexcept {
  if (is_extension(c.protocol, out.ipv6)) return Layer::extension;
  if (c.length_unknown && !offloadable(c.protocol)) {
    return c.stop(Verdict::malformed);
  }
  switch (c.protocol) {
    case kProtocolTcp:
      return Layer::tcp;
    case 17:
      return Layer::udp;
    case 1:
      return out.ipv6 ? c.stop(Verdict::other) : Layer::icmp;
    case 58:
      return out.ipv6 ? Layer::icmp : c.stop(Verdict::other);
    case 4:
    case 41:
      return Layer::ip_in_ip;
    case 47:
      return Layer::gre;
    case 137:
      return Layer::mpls_in_ip;
    default:
      return c.stop(Verdict::other);
  }
}

Layer ip_layer(Cursor& c) noexcept {
  if (!c.has(1)) return c.stop_short(1);
  switch (c.here()[0] >> 4) {
    case 4:
      return Layer::ipv4;
    case 6:
      return Layer::ipv6;
    default:
      return c.stop(Verdict::malformed);
  }
}

Layer ipv6_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 40;
  constexpr std::uint8_t kNoNextHeader = 59;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  if (p[0] >> 4 != 6) return c.stop(Verdict::malformed);
  const std::size_t payload = load_be16(p + 4);
  c.protocol = p[6];
  const bool empty = payload == 0 && c.protocol == kNoNextHeader;
  const std::size_t told = payload == 0 && !empty ? 0 : kHeader + payload;
  const std::size_t total = enter_packet(c, told, c.protocol);
  if (total < kHeader) return c.stop(Verdict::malformed);

  out.source = IpAddress::v6(p + 8);
  out.destination = IpAddress::v6(p + 24);
  out.ip_id = 0;
  out.ip_protocol = c.protocol;
  out.ttl = p[7];
  out.dscp_ecn = static_cast<std::uint8_t>(load_be16(p) >> 4);
  out.ipv6 = true;
  out.has_ip_id = false;
  out.first_fragment = false;
  out.later_fragment = false;
  out.super_segment = c.super_segment || total > kLargestWirePacket;
  c.at += kHeader;
  return Layer::by_protocol;
}

Layer extension_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kShortest = 8;
  std::size_t octets = 0;
  for (unsigned n = 0; is_extension(c.protocol, out.ipv6); ++n) {
    if (n == kMaxExtensions) return c.stop(Verdict::too_deep);
    if (!c.has(kShortest)) return c.stop_short(kShortest);
    const std::uint8_t* p = c.here();
    const std::uint8_t kind = c.protocol;
    const std::size_t length = extension_length(kind, p);
    if (length < kShortest) return c.stop(Verdict::malformed);
    octets += length;
    if (octets > kMaxExtensionOctets) return c.stop(Verdict::too_deep);
    if (!c.has(length)) return c.stop_short(length);
    if (kind == kHopByHop && c.length_unknown &&
        !apply_jumbo(c, out, {p, length})) {
      return c.stop(Verdict::malformed);
    }
    const unsigned fragment =
        kind == kFragment ? load_be16(p + 2) & 0xfff9u : 0;  // offset, more
    c.protocol = out.ip_protocol = p[0];
    c.at += length;
    if (fragment != 0) note_fragment(c, out, fragment > 1);
    if (out.later_fragment) return c.stop(Verdict::other);
  }
  return Layer::by_protocol;
}

}  // namespace netlat
