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
  std::optional<std::uint64_t> cookie;  ///< nullopt: of TCP
};

/// An ICMP error about an echo request, a UDP datagram or a TCP segment, as a
/// raw socket reads it: IPv4 with its IP header, IPv6 (`from` is not set then)
/// from the ICMP header on.  nullopt for all else, and where too little is
/// quoted to tell whose probe it was.
std::optional<Quote> read_quote(bool v6, Bytes packet);

/// Ports and, where the whole header is quoted, what its checksum tells, of a
/// TCP header; nullopt if its ports are not there.
std::optional<ProbeHead> read_quoted_segment(Bytes quote);

}  // namespace netlat
