#include "tests/lab/wire/packet_view.h"

#include <arpa/inet.h>

#include <algorithm>

#include "tests/lab/common/values.h"

namespace lab {
namespace {

constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;

Address address_at(ConstOctets packet, size_t at, size_t length) {
  Address out;
  std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(at), length,
              out.octets.begin());
  out.version = length == 4 ? 4 : 6;
  return out;
}

// True if what follows at transport_at is the start of a transport header.
bool parse_ipv4(ConstOctets packet, PacketView& view) {
  const size_t header = size_t{packet[0] & 0x0fU} * 4;
  if (header < kIpv4Header || header > packet.size()) return false;
  view.ip_length = std::min<uint32_t>(load16(packet, 2),
                                      static_cast<uint32_t>(packet.size()));
  view.ip_id = load16(packet, 4);
  view.dont_fragment = (packet[6] & 0x40) != 0;
  view.ttl = packet[8];
  view.protocol = packet[9];
  view.source.address = address_at(packet, 12, 4);
  view.destination.address = address_at(packet, 16, 4);
  view.transport_at = static_cast<uint16_t>(header);
  return (load16(packet, 6) & 0x1fffU) == 0 && view.ip_length >= header;
}

// Walks hop-by-hop, routing, fragment and destination headers.
bool parse_ipv6(ConstOctets packet, PacketView& view) {
  view.ip_length = std::min<uint32_t>(load16(packet, 4) + uint32_t{kIpv6Header},
                                      static_cast<uint32_t>(packet.size()));
  view.ttl = packet[7];
  view.dont_fragment = true;
  view.source.address = address_at(packet, 8, 16);
  view.destination.address = address_at(packet, 24, 16);
  uint8_t next = packet[6];
  size_t at = kIpv6Header;
  while (next == 0 || next == 43 || next == 44 || next == 60) {
    if (at + 8 > view.ip_length) return false;
    const bool later_fragment =
        next == 44 && (load16(packet, at + 2) & 0xfff8U) != 0;
    const size_t length = next == 44 ? 8 : (size_t{packet[at + 1]} + 1) * 8;
    next = packet[at];
    at += length;
    if (later_fragment) return false;
  }
  view.protocol = next;
  view.transport_at = static_cast<uint16_t>(at);
  return at <= view.ip_length;
}

void parse_timestamps(ConstOctets options, PacketView& view) {
  size_t at = 0;
  while (at < options.size() && options[at] != 0) {
    if (options[at] == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size() || options[at + 1] < 2) return;
    if (options[at] == 8 && options[at + 1] == 10 &&
        at + 10 <= options.size()) {
      view.has_timestamps = true;
      view.tsval = load32(options, at + 2);
      view.tsecr = load32(options, at + 6);
      return;
    }
    at += options[at + 1];
  }
}

bool parse_tcp(ConstOctets segment, PacketView& view) {
  if (segment.size() < 20) return false;
  const size_t header = (size_t{segment[12]} >> 4U) * 4;
  if (header < 20 || header > segment.size()) return false;
  view.source.port = load16(segment, 0);
  view.destination.port = load16(segment, 2);
  view.seq = load32(segment, 4);
  view.ack = load32(segment, 8);
  view.flags = segment[13];
  view.payload = static_cast<uint32_t>(segment.size() - header);
  parse_timestamps(segment.subspan(20, header - 20), view);
  return true;
}

bool parse_short(ConstOctets segment, PacketView& view) {
  if (segment.size() < 8) return false;
  view.payload = static_cast<uint32_t>(segment.size() - 8);
  if (view.protocol == kUdp) {
    view.source.port = load16(segment, 0);
    view.destination.port = load16(segment, 2);
    return true;
  }
  view.source.port = segment[0];
  view.destination.port = segment[1];
  view.seq = load32(segment, 4);
  return true;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const std::string copy(text);
  Address out;
  if (inet_pton(AF_INET, copy.c_str(), out.octets.data()) == 1) {
    out.version = 4;
    return out;
  }
  if (inet_pton(AF_INET6, copy.c_str(), out.octets.data()) != 1)
    return std::nullopt;
  out.version = 6;
  return out;
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(version == 4 ? AF_INET : AF_INET6, octets.data(), buffer.data(),
            buffer.size());
  return version == 0 ? std::string() : std::string(buffer.data());
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  const auto address = Address::parse(host);
  const auto port = parse_integer(text.substr(colon + 1));
  if (!address || !port || *port < 1 || *port > 65535) return std::nullopt;
  return Endpoint{*address, static_cast<uint16_t>(*port)};
}

PacketView parse_packet(ConstOctets packet) {
  PacketView view;
  const unsigned version = packet.empty() ? 0 : packet[0] >> 4U;
  bool transport = false;
  if (version == 4 && packet.size() >= kIpv4Header)
    transport = parse_ipv4(packet, view);
  else if (version == 6 && packet.size() >= kIpv6Header)
    transport = parse_ipv6(packet, view);
  if (!transport) return view;
  const ConstOctets segment =
      packet.subspan(view.transport_at, view.ip_length - view.transport_at);
  if (view.protocol == kTcp)
    view.has_transport = parse_tcp(segment, view);
  else if (view.protocol == kUdp || view.protocol == kIcmp ||
           view.protocol == kIcmp6)
    view.has_transport = parse_short(segment, view);
  view.payload_at = static_cast<uint16_t>(view.ip_length - view.payload);
  return view;
}

}  // namespace lab
