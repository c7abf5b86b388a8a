#include "lib/probe/socket_address.h"

#include <netinet/in.h>

#include <cstring>

namespace netlat {

namespace {

std::uint16_t network16(std::uint16_t value) {
  return htons(value);
}

}  // namespace

SocketAddress socket_address(const IpAddress& address, Port port,
                             std::uint32_t flow_label, std::uint32_t scope) {
  SocketAddress out;
  const auto octets = address.bytes();
  if (address.is_v4()) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = network16(port);
    std::memcpy(&a.sin_addr, octets.data() + 12, 4);
    std::memcpy(&out.storage, &a, sizeof a);
    out.length = sizeof a;
  } else {
    sockaddr_in6 a{};
    a.sin6_family = AF_INET6;
    a.sin6_port = network16(port);
    a.sin6_flowinfo = htonl(flow_label);
    a.sin6_scope_id = scope;
    std::memcpy(&a.sin6_addr, octets.data(), 16);
    std::memcpy(&out.storage, &a, sizeof a);
    out.length = sizeof a;
  }
  return out;
}

std::optional<IpAddress> address_in(const void* raw, std::size_t length) {
  sa_family_t family = 0;
  if (length < sizeof family) return std::nullopt;
  std::memcpy(&family, raw, sizeof family);
  std::uint8_t octets[16];
  if (family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in a{};
    std::memcpy(&a, raw, sizeof a);
    std::memcpy(octets, &a.sin_addr, 4);
    return IpAddress::v4(octets);
  }
  if (family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 a{};
    std::memcpy(&a, raw, sizeof a);
    std::memcpy(octets, &a.sin6_addr, 16);
    return IpAddress::v6(octets);
  }
  return std::nullopt;
}

Port port_in(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in a{};
    std::memcpy(&a, &address.storage, sizeof a);
    return ntohs(a.sin_port);
  }
  sockaddr_in6 a{};
  std::memcpy(&a, &address.storage, sizeof a);
  return ntohs(a.sin6_port);
}

}  // namespace netlat
