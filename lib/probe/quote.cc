#include "lib/probe/quote.h"

namespace netlat {

namespace {

constexpr std::size_t kIp4Header = 20, kIp6Header = 40;
constexpr std::uint8_t kIcmp4 = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58;
constexpr std::size_t kTcpHeader = 20, kTcpChecksum = 16;

// Cuts the IPv4 header off; nullopt if it is none.
std::optional<Bytes> behind_ip4(Bytes packet) {
  if (packet.size() < kIp4Header || packet[0] >> 4 != 4) return std::nullopt;
  const std::size_t header = (packet[0] & 15u) * 4u;
  if (header < kIp4Header || header > packet.size()) return std::nullopt;
  return packet.subspan(header);
}

bool is_error(bool v6, std::uint8_t type) {
  if (v6) return type >= 1 && type <= 4;
  return type == 3 || type == 11 || type == 12;
}

std::optional<Bytes> read_ip4(Bytes quote, Quote& out, std::uint8_t& protocol) {
  const auto rest = behind_ip4(quote);
  if (!rest) return std::nullopt;
  out.head.tos = quote[1];
  out.head.ip_id = load_be16(&quote[4]);
  out.head.ttl = quote[8];
  protocol = quote[9];
  out.head.source = IpAddress::v4(&quote[12]);
  out.head.target = IpAddress::v4(&quote[16]);
  return rest;
}

std::optional<Bytes> read_ip6(Bytes quote, Quote& out, std::uint8_t& protocol) {
  if (quote.size() < kIp6Header || quote[0] >> 4 != 6) return std::nullopt;
  out.head.tos = static_cast<std::uint8_t>(load_be16(&quote[0]) >> 4);
  protocol = quote[6];
  out.head.ttl = quote[7];
  out.head.source = IpAddress::v6(&quote[8]);
  out.head.target = IpAddress::v6(&quote[24]);
  return quote.subspan(kIp6Header);
}

// What is behind the quoted IP header; false if it tells of no probe.
bool read_transport(bool v6, std::uint8_t protocol, Bytes quoted, Quote& out) {
  if (protocol == (v6 ? kIcmp6 : kIcmp4)) {
    const auto echo = read_quoted_echo(v6, quoted);
    if (!echo || !echo->cookie) return false;
    out.cookie = echo->cookie;
    out.head.source_port = echo->identifier;
    out.head.checksum = load_be16(&quoted[2]);
    return true;
  }
  if (protocol == kUdp && quoted.size() >= kUdpHeader) {
    out.cookie = read_quoted_datagram(quoted.subspan(kUdpHeader)).cookie;
    out.head.source_port = load_be16(&quoted[0]);
    out.head.port = load_be16(&quoted[2]);
    out.head.checksum = load_be16(&quoted[6]);
    return out.cookie.has_value();
  }
  if (protocol != kTcp) return false;
  const auto segment = read_quoted_segment(quoted);
  if (!segment) return false;
  out.head.source_port = segment->source_port;
  out.head.port = segment->port;
  out.head.checksum = segment->checksum;
  out.head.segment = segment->segment;
  return true;
}

}  // namespace

std::optional<Quote> read_quote(bool v6, Bytes packet) {
  Quote out;
  if (!v6) {
    const auto icmp = behind_ip4(packet);
    if (!icmp) return std::nullopt;
    out.from = IpAddress::v4(&packet[12]);
    packet = *icmp;
  }
  if (packet.size() < kIcmpHeader || !is_error(v6, packet[0])) {
    return std::nullopt;
  }
  packet = packet.subspan(kIcmpHeader);
  std::uint8_t protocol = 0;
  const auto quoted =
      v6 ? read_ip6(packet, out, protocol) : read_ip4(packet, out, protocol);
  if (!quoted || !read_transport(v6, protocol, *quoted, out)) {
    return std::nullopt;
  }
  return out;
}

std::optional<ProbeHead> read_quoted_segment(Bytes quote) {
  if (quote.size() < 4) return std::nullopt;
  ProbeHead head;
  head.source_port = load_be16(&quote[0]);
  head.port = load_be16(&quote[2]);
  if (quote.size() < kTcpHeader) return head;
  const std::size_t length = (quote[12] >> 4) * std::size_t{4};
  if (length < kTcpHeader || length > quote.size()) return head;
  head.checksum = load_be16(&quote[kTcpChecksum]);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < length; i += 2) {
    if (i != kTcpChecksum) sum += load_be16(&quote[i]);
  }
  head.segment = {fold_sum(sum), static_cast<std::uint16_t>(length)};
  return head;
}

}  // namespace netlat
