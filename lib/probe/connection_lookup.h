#pragma once
// Whether this host has a TCP connection with these ends.

#include "netlat/base/address.h"

namespace netlat {

/// By the kernel's table of sockets (sock_diag(7)), in any state but listening;
/// false also if the kernel does not say.
bool connection_exists(const IpAddress& own, Port own_port,
                       const IpAddress& peer, Port peer_port);

}  // namespace netlat
