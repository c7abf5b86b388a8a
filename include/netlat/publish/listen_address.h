#pragma once
// Where a server of ours listens.

#include <cstdint>
#include <string>
#include <string_view>

#include "netlat/base/result.h"

namespace netlat {

struct ListenAddress {
  std::string host = "127.0.0.1";  ///< an address, no name
  std::uint16_t port = 0;

  std::string text() const;  ///< "127.0.0.1:9469", "[::1]:9469"
};

/// Reads [ADDRESS:]PORT, an IPv6 address in brackets; loopback without one.
Result<ListenAddress> parse_listen_address(std::string_view text);

/// A TCP socket that listens there and is closed on exec.  The error says what
/// to do when the port is in use or is not for everybody.
Result<int> listen_at(const ListenAddress& address);

}  // namespace netlat
