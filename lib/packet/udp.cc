// UDP (RFC 768), and which datagrams may be tunnels.

#include "lib/packet/transport.h"

namespace netlat {
namespace {

Layer tunnel_of_port(Port port, const DecodeOptions& options) noexcept {
  switch (port) {
    case 4789:  // IANA
    case 8472:  // Linux before IANA's choice; flannel and Cilium keep it
      return Layer::vxlan;
    case 6081:
      return Layer::geneve;
    case 2152:
      return Layer::gtpu;
    default:
      break;
  }
  const auto& ports = options.vxlan_ports;
  const bool vxlan = std::find(ports.begin(), ports.end(), port) != ports.end();
  return vxlan ? Layer::vxlan : Layer::stop;
}

/// The datagram's length, or 0 if its header contradicts the IP header.
std::size_t udp_length(const Cursor& c, std::size_t told) noexcept {
  constexpr std::size_t kHeader = 8, kLargestTold = 0xffff;
  const std::size_t room = c.declared();
  // Offloaded datagrams and jumbograms (RFC 2675 4).
  if (told == 0 && (c.length_unknown || room > kLargestTold)) return room;
  if (told < kHeader) return 0;
  if (told > room) return c.fragment ? room : 0;
  return told;
}

}  // namespace

Layer udp_layer(Cursor& c, const DecodeOptions& options,
                Segment& out) noexcept {
  constexpr std::size_t kHeader = 8;
  if (!c.has(kHeader)) return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const std::size_t length = udp_length(c, load_be16(p + 4));
  if (length == 0) return c.stop(Verdict::malformed);
  c.set_length(length);
  c.at += kHeader;

  out.transport = Transport::udp;
  out.source_port = load_be16(p);
  out.destination_port = load_be16(p + 2);
  out.payload_length = static_cast<std::uint32_t>(c.declared());
  out.payload = c.rest();
  const Layer tunnel = tunnel_of_port(out.destination_port, options);
  return tunnel == Layer::stop ? c.stop(Verdict::udp) : tunnel;
}

}  // namespace netlat
