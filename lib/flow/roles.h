#pragma once
// Who is client and who is server, from the first segment captured.

#include "netlat/flow/types.h"
#include "netlat/packet/segment.h"

namespace netlat {

struct Roles {
  bool sender_is_client = true;
  RoleConfidence confidence = RoleConfidence::first;
};

/// A SYN is sent by the client, a SYN-ACK by the server.  Without either, a
/// port below 1024 (system ports, RFC 6335 6) listens rather than one below
/// 32768 (registered, and under Linux's default ephemeral range), and that
/// rather than one above.  Equal ranks: whoever spoke first.
inline Roles decide_roles(const Segment& s) {
  if (s.has(kSyn)) {
    return s.has(kAck) ? Roles{false, RoleConfidence::synack}
                       : Roles{true, RoleConfidence::syn};
  }
  const auto rank = [](Port port) {
    constexpr Port kSystem = 1024, kEphemeral = 32768;
    return port < kSystem ? 2 : port < kEphemeral ? 1 : 0;
  };
  const int mine = rank(s.source_port);
  const int theirs = rank(s.destination_port);
  if (mine == theirs) return {true, RoleConfidence::first};
  return {mine < theirs, RoleConfidence::port};
}

}  // namespace netlat
