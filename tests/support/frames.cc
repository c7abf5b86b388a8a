#include "tests/support/frames.h"

#include <tins/tins.h>

#include <cstdlib>

namespace netlat::test {
namespace {

Frame ethernet_addresses() {
  return hex("02 00 00 00 00 02  02 00 00 00 00 01");
}

Tins::TCP tcp_header(const TcpSpec& spec) {
  Tins::TCP tcp(spec.destination_port, spec.source_port);
  tcp.seq(spec.seq);
  tcp.ack_seq(spec.ack);
  tcp.window(spec.window);
  tcp.flags(spec.flags);
  if (spec.mss) tcp.mss(*spec.mss);
  if (spec.sack_permitted) tcp.sack_permitted();
  if (spec.timestamps) {
    tcp.add_option(Tins::TCP::NOP);
    tcp.add_option(Tins::TCP::NOP);
    tcp.timestamp(spec.timestamps->first, spec.timestamps->second);
  }
  if (!spec.sack.empty()) {
    tcp.add_option(Tins::TCP::NOP);
    tcp.add_option(Tins::TCP::NOP);
    Tins::TCP::sack_type edges;
    for (const auto& [left, right] : spec.sack) {
      edges.push_back(left);
      edges.push_back(right);
    }
    tcp.sack(edges);
  }
  if (spec.window_scale) {
    tcp.add_option(Tins::TCP::NOP);
    tcp.winscale(*spec.window_scale);
  }
  return tcp;
}

}  // namespace

Frame be16(std::uint16_t v) {
  return {static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
}

Frame be32(std::uint32_t v) {
  return be16(static_cast<std::uint16_t>(v >> 16)) +
         be16(static_cast<std::uint16_t>(v));
}

Frame hex(std::string_view digits) {
  Frame out;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    out.push_back(
        static_cast<std::uint8_t>(std::strtoul(pair.c_str(), nullptr, 16)));
    pair.clear();
  }
  return out;
}

Frame zeros(std::size_t n) {
  return Frame(n, 0);
}

Frame operator+(Frame a, const Frame& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Frame tcp_packet(const TcpSpec& spec) {
  const Tins::TCP tcp = tcp_header(spec);
  const Tins::RawPDU data(Frame(spec.payload, 'x'));
  if (spec.source.find(':') != std::string::npos) {
    Tins::IPv6 ip(spec.destination, spec.source);
    ip.hop_limit(spec.ttl);
    auto packet = ip / tcp;
    return spec.payload == 0 ? packet.serialize() : (packet / data).serialize();
  }
  Tins::IP ip(spec.destination, spec.source);
  ip.id(spec.ip_id);
  ip.ttl(spec.ttl);
  auto packet = ip / tcp;
  return spec.payload == 0 ? packet.serialize() : (packet / data).serialize();
}

Frame tcp_frame(const TcpSpec& spec) {
  const bool v6 = spec.source.find(':') != std::string::npos;
  return ethernet(v6 ? 0x86dd : 0x0800, tcp_packet(spec));
}

Frame ethernet(std::uint16_t ethertype, const Frame& inner) {
  return ethernet_addresses() + be16(ethertype) + inner;
}

Frame ipv4(std::uint8_t protocol, const Frame& inner) {
  return hex("45 00") + be16(static_cast<std::uint16_t>(20 + inner.size())) +
         hex("00 05 00 00 40") + Frame{protocol} +
         hex("00 00  c0 00 02 01  c0 00 02 02") + inner;
}

Frame ipv6(std::uint8_t next_header, const Frame& inner) {
  return hex("60 00 00 00") + be16(static_cast<std::uint16_t>(inner.size())) +
         Frame{next_header} + hex("40") +
         hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01") +
         hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02") + inner;
}

Frame udp(Port destination, const Frame& inner) {
  return be16(53000) + be16(destination) +
         be16(static_cast<std::uint16_t>(8 + inner.size())) + be16(0) + inner;
}

Frame vlan_tag(std::uint16_t id, std::uint16_t next_ethertype) {
  return be16(id) + be16(next_ethertype);
}

Frame mpls_label(std::uint32_t label, bool bottom) {
  return be32(label << 12 | (bottom ? 0x100u : 0u) | 64);
}

Frame pppoe(std::uint16_t session, const Frame& ppp) {
  return hex("11 00") + be16(session) +
         be16(static_cast<std::uint16_t>(ppp.size())) + ppp;
}

Frame gre(std::uint16_t protocol, std::uint32_t key, const Frame& inner) {
  return hex("20 00") + be16(protocol) + be32(key) + inner;
}

Frame vxlan(std::uint32_t vni, const Frame& inner) {
  return hex("08 00 00 00") + be32(vni << 8) + inner;
}

Frame geneve(std::uint32_t vni, std::uint16_t protocol, const Frame& inner) {
  // One option of 4 octets, as AWS's load balancer adds.
  return hex("02 00") + be16(protocol) + be32(vni << 8) +
         hex("01 08 03 01  de ad be ef") + inner;
}

Frame gtpu(std::uint32_t teid, const Frame& inner) {
  // With a sequence number and a PDU session container.
  const Frame extension = hex("00 01 00 85  01 00 09 00");
  const auto length =
      static_cast<std::uint16_t>(extension.size() + inner.size());
  return hex("36 ff") + be16(length) + be32(teid) + extension + inner;
}

PacketView view(const Frame& frame) {
  PacketView packet;
  packet.data = frame;
  packet.wire_length = static_cast<std::uint32_t>(frame.size());
  packet.frame = 1;
  return packet;
}

Verdict decode(const Frame& frame, Segment& out, LinkType link) {
  return netlat::decode(view(frame), link, DecodeOptions{}, out);
}

}  // namespace netlat::test
