#pragma once
// A probe as an ICMP error quotes it, its IP header included.

#include <cstdint>
#include <optional>

#include "lib/probe/probe_payload.h"
#include "netlat/base/bytes.h"
#include "netlat/probe/rewrite.h"

namespace netlat {

struct Quote {
  IpAddress from;  ///< who sent the error
  ProbeHead head;
  std::uint64_t cookie = 0;
};

/// An ICMP error about an echo request or a UDP datagram, as a raw socket
/// reads it: IPv4 with its IP header, IPv6 (`from` is not set then) from the
/// ICMP header on.  nullopt for all else, and where too little is quoted to
/// tell whose probe it was.
std::optional<Quote> read_quote(bool v6, Bytes packet);

}  // namespace netlat
