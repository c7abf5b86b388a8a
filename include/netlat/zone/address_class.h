#pragma once
// What an address is when no zone map knows it.

#include <cstdint>
#include <string_view>

#include "netlat/base/address.h"

namespace netlat {

/// By the address alone (IANA special-purpose registries; RFC 6890).
enum class AddressClass : std::uint8_t {
  private_use,  ///< RFC 1918, 100.64.0.0/10 (RFC 6598), fc00::/7 (RFC 4193)
  loopback,
  link_local,
  metadata,  ///< 169.254.169.254, fd00:ec2::254: a cloud's instance metadata
  multicast,
  internet,  ///< everything else
};

AddressClass address_class(const IpAddress& address) noexcept;

/// "private", "loopback", "link_local", "metadata", "multicast", "internet".
std::string_view to_word(AddressClass c) noexcept;

}  // namespace netlat
