// ICMP (RFC 792) and ICMPv6 (RFC 4443).  Errors quote the start of the packet
// they concern; the quote is decoded by the same IP code, as far as it goes.

#include "lib/packet/network.h"
#include "lib/packet/transport.h"

namespace netlat {
namespace {

/// What the four octets after the checksum, and the rest, mean.
struct Meaning {
  bool echo = false, error = false, mtu = false;
};

Meaning meaning_v4(std::uint8_t type, std::uint8_t code) noexcept {
  switch (type) {
    case 0:
    case 8:
      return {.echo = true};
    case 3:  // code 4: fragmentation needed (RFC 1191)
      return {.error = true, .mtu = code == 4};
    case 4:
    case 5:
    case 11:
    case 12:
      return {.error = true};
    default:
      return {};
  }
}

Meaning meaning_v6(std::uint8_t type) noexcept {
  switch (type) {
    case 128:
    case 129:
      return {.echo = true};
    case 2:  // packet too big
      return {.error = true, .mtu = true};
    case 1:
    case 3:
    case 4:
      return {.error = true};
    default:
      return {};
  }
}

Transport transport_of(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case kProtocolTcp:
      return Transport::tcp;
    case 17:
      return Transport::udp;
    case 1:
      return Transport::icmp;
    case 58:
      return Transport::icmp6;
    default:
      return Transport::other;
  }
}

/// Requires: the cursor of the ICMP message, at the quoted packet.
bool read_quote(Cursor c, bool ipv6, QuotedPacket& quote) noexcept {
  c.carrier_cuts = true;  // a quote is shorter than the packet by design
  c.tunnels = 0;
  c.fragment = false;
  Segment quoted;
  Layer next = ipv6 ? ipv6_layer(c, quoted) : ipv4_layer(c, quoted);
  if (next == Layer::by_protocol) next = extension_layer(c, quoted);
  if (next == Layer::stop && c.verdict != Verdict::other) return false;

  quote.source = quoted.source;
  quote.destination = quoted.destination;
  quote.transport = transport_of(quoted.ip_protocol);
  const bool ports =
      quote.transport == Transport::tcp || quote.transport == Transport::udp;
  if (ports && !quoted.later_fragment && c.has(4)) {
    quote.source_port = load_be16(c.here());
    quote.destination_port = load_be16(c.here() + 2);
    if (quote.transport == Transport::tcp && c.has(8)) {
      quote.seq = {load_be32(c.here() + 4)};
    }
  }
  return true;
}

}  // namespace

Layer icmp_layer(Cursor& c, Segment& out) noexcept {
  constexpr std::size_t kHeader = 8;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  c.at += kHeader;
  out.transport = out.ipv6 ? Transport::icmp6 : Transport::icmp;
  out.payload_length = static_cast<std::uint32_t>(c.declared());
  out.payload = c.rest();

  IcmpFields& icmp = out.icmp;
  icmp = {};
  icmp.type = p[0];
  icmp.code = p[1];
  const Meaning meaning =
      out.ipv6 ? meaning_v6(icmp.type) : meaning_v4(icmp.type, icmp.code);
  if (meaning.echo) {
    icmp.id = load_be16(p + 4);
    icmp.sequence = load_be16(p + 6);
  }
  if (meaning.mtu) {
    icmp.next_hop_mtu = out.ipv6 ? load_be32(p + 4) : load_be16(p + 6);
  }
  if (meaning.error) icmp.has_quote = read_quote(c, out.ipv6, icmp.quote);
  return c.stop(Verdict::icmp);
}

}  // namespace netlat
