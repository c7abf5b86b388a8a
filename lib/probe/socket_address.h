#pragma once
// Addresses as the socket calls want them.

#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "netlat/base/address.h"

namespace netlat {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const {
    return static_cast<const sockaddr*>(static_cast<const void*>(&storage));
  }
  sockaddr* get() {
    return static_cast<sockaddr*>(static_cast<void*>(&storage));
  }
};

/// `flow_label` is 20 bits, for IPv6; `scope` an interface index for
/// link-local addresses, else 0.
SocketAddress socket_address(const IpAddress& address, Port port,
                             std::uint32_t flow_label = 0,
                             std::uint32_t scope = 0);

/// The IP address in `raw`; nullopt if it is of another family.
/// Requires: `length` octets readable at `raw`.
std::optional<IpAddress> address_in(const void* raw, std::size_t length);
/// The port in `raw`; 0 if there is none.
Port port_in(const SocketAddress& address);

}  // namespace netlat
