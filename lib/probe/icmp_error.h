#pragma once
// What an ICMP error about a probe means.

#include <optional>

#include "lib/probe/lane.h"
#include "lib/probe/socket_message.h"

namespace netlat {

/// The answer an error message is, but for its probe and time; nullopt for
/// messages that say nothing about the path: a reassembly timeout, redirects,
/// errors of this host.  `quoted` octets of headers of the probe were there
/// before what the kernel hands out.
std::optional<Answer> read_icmp_error(const SocketMessage& message, bool v6,
                                      ProbeProtocol protocol,
                                      std::size_t quoted);

}  // namespace netlat
