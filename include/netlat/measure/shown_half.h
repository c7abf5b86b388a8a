#pragma once
// Which half of the path stands for "the network RTT" where one number is
// wanted.
//
// A capture point divides the path: to the server and back, to the client and
// back.  At a host one half is that host alone, tens of microseconds, and the
// other is the network.  Quantiles of halves cannot be added, so one half is
// shown and named: the one with the longer network RTT at the highest
// percentile that both have samples enough for, since that decides what users
// wait for.  Records carry both.

#include <algorithm>
#include <cstdint>

#include "netlat/measure/flow_record.h"

namespace netlat {

enum class Half : std::uint8_t { server, client };

/// A half without samples is shown only when both have none: then `server`.
inline Half shown_half(const HalfRtt& server, const HalfRtt& client) {
  const Quantiles& s = server.network;
  const Quantiles& c = client.network;
  if (s.n == 0 || c.n == 0) return c.n > 0 ? Half::client : Half::server;
  const std::uint64_t both = std::min(s.n, c.n);
  return c.highest_of(both) > s.highest_of(both) ? Half::client : Half::server;
}

/// Both distributions of the shown half of a connection, or of all to a
/// service.
template <class Row>
const HalfRtt& shown_rtt(const Row& row) {
  return shown_half(row.server_rtt, row.client_rtt) == Half::server
             ? row.server_rtt
             : row.client_rtt;
}

}  // namespace netlat
