// Frame to Segment.
//
// Problem: a frame is a chain of headers of some thirty kinds, each of which
// names the next; any octet may be missing and any field may lie.  Method: one
// function a header, which checks what it reads, steps the cursor over itself
// and names the Layer that follows; a loop with a limit calls them, so that no
// chain of headers uses stack or more than a fixed time.  Ethernet, IPv4, TCP,
// which nearly every packet is, go the same functions in a straight line,
// inlined, with the cursor in registers; a packet that turns out to be anything
// else is begun again in the loop.
//
// Bias: UDP tunnels are known by destination port alone, MPLS contents by
// their first nibble; both may guess wrong.  Cost: limits of cursor.h.

#include "netlat/packet/decode.h"

#include <cassert>

#include "lib/packet/cursor.h"
#include "lib/packet/link.h"
#include "lib/packet/network.h"
#include "lib/packet/tcp.h"
#include "lib/packet/transport.h"
#include "lib/packet/tunnel.h"

namespace netlat {

namespace {

/// The layer a number announces, once it matters.
Layer resolve(Layer layer, Cursor& c, const Segment& out) noexcept {
  if (layer == Layer::by_ethertype) return layer_of_ethertype(c);
  if (layer == Layer::by_protocol) return layer_of_protocol(c, out);
  return layer;
}

Layer step(Layer layer, Cursor& c, const DecodeOptions& options,
           Segment& out) noexcept {
  switch (layer) {
    case Layer::ethernet:
      return ethernet_layer(c);
    case Layer::null_loop:
      return null_loop_layer(c);
    case Layer::fddi:
      return fddi_layer(c);
    case Layer::slip:
      return slip_layer(c);
    case Layer::sll:
      return sll_layer(c);
    case Layer::sll2:
      return sll2_layer(c, out);
    case Layer::nflog:
      return nflog_layer(c);
    case Layer::ppp:
      return ppp_layer(c);
    case Layer::pppoe:
      return pppoe_layer(c, out);
    case Layer::llc:
      return llc_layer(c);
    case Layer::vlan:
      return vlan_layer(c, out);
    case Layer::mpls:
      return mpls_layer(c, out);
    case Layer::ip:
      return ip_layer(c);
    case Layer::ipv4:
      return ipv4_layer(c, out);
    case Layer::ipv6:
      return ipv6_layer(c, out);
    case Layer::extension:
      return extension_layer(c, out);
    case Layer::ip_in_ip:
      return ip_in_ip_layer(c, out);
    case Layer::mpls_in_ip:
      return mpls_in_ip_layer(c, out);
    case Layer::gre:
      return gre_layer(c, out);
    case Layer::erspan:
      return erspan_layer(c, out);
    case Layer::tcp:
      return tcp_layer(c, out);
    case Layer::udp:
      return udp_layer(c, options, out);
    case Layer::icmp:
      return icmp_layer(c, out);
    case Layer::vxlan:
      return vxlan_layer(c, out);
    case Layer::geneve:
      return geneve_layer(c, out);
    case Layer::gtpu:
      return gtpu_layer(c, out);
    case Layer::stop:
    case Layer::by_ethertype:
    case Layer::by_protocol:
      break;
  }
  return Layer::stop;
}

Cursor at_first_octet(const PacketView& packet) noexcept {
  Cursor c;
  c.data = packet.data.data();
  c.end = packet.data.size();
  c.declared_end = std::max<std::size_t>(packet.wire_length, c.end);
  c.super_segment = packet.segmentation_offload;
  return c;
}

/// Any chain of headers, from the first octet.
[[gnu::noinline]] Verdict follow(const PacketView& packet, LinkType link,
                                 const DecodeOptions& options,
                                 Segment& out) noexcept {
  Layer next = first_layer(link);
  if (next == Layer::stop) return Verdict::unsupported_link;
  forget_network(out);
  forget_transport(out);
  Cursor c = at_first_octet(packet);
  while (next != Layer::stop) {
    if (++c.layers > kMaxLayers) return Verdict::too_deep;
    next = resolve(step(next, c, options, out), c, out);
  }
  out.link_tag = c.tag();
  if (c.verdict == Verdict::other) {
    forget_transport(out);
    out.payload_length = static_cast<std::uint32_t>(c.declared());
    out.payload = c.rest();
  }
  return c.verdict;
}

/// Ethernet, IPv4, TCP, or nothing said.
[[gnu::always_inline]] inline bool straight(const PacketView& packet,
                                            Segment& out) noexcept {
  Cursor c = at_first_octet(packet);
  if (ethernet_layer(c) != Layer::ipv4) return false;
  if (ipv4_layer<Reach::ordinary>(c, out) != Layer::tcp) return false;
  // Before the last layer, so that nothing is kept across its calls.
  out.link_tag = c.tag();
  tcp_layer(c, out);
  return c.verdict == Verdict::tcp;
}

[[gnu::always_inline]] inline Verdict decode_one(const PacketView& packet,
                                                 LinkType link,
                                                 const DecodeOptions& options,
                                                 Segment& out) noexcept {
  out.time = packet.time;
  out.frame = packet.frame;
  out.encap_count = 0;
  out.tunnelled = false;
  out.ifindex = 0;
  if (link == kLinkEthernet && straight(packet, out)) [[likely]] {
    return Verdict::tcp;
  }
  return follow(packet, link, options, out);
}

}  // namespace

Verdict decode(const PacketView& packet, LinkType link,
               const DecodeOptions& options, Segment& out) noexcept {
  return decode_one(packet, link, options, out);
}

std::size_t decode_run(std::span<const PacketView> packets, LinkType link,
                       const DecodeOptions& options, std::span<Segment> out,
                       VerdictCounts& counts) noexcept {
  assert(out.size() >= packets.size());
  Segment* next = out.data();
  for (const PacketView& packet : packets) {
    const Verdict verdict = decode_one(packet, link, options, *next);
    ++counts.data()[static_cast<std::size_t>(verdict)];
    // Without a time there is nothing to measure.
    if (measured(verdict) && packet.has_time) [[likely]]
      ++next;
  }
  return static_cast<std::size_t>(next - out.data());
}

}  // namespace netlat
