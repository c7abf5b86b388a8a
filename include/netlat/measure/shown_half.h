#pragma once
// Which half of the path stands for "the network RTT" where one number is
// wanted.
//
// A capture point divides the path: to the server and back, to the client and
// back.  At a host one half is that host alone, tens of microseconds, and the
// other is the network.  Quantiles of halves cannot be added, so one half is
// shown and named: the one with the greater median.  At a client that is the
// half to the server, at a server the half to the client, in between the one
// in which more of the latency lies.  Records carry both.

#include <cstdint>

#include "netlat/measure/flow_record.h"

namespace netlat {

enum class Half : std::uint8_t { server, client };

/// A half without samples is shown only when both have none: then `server`.
inline Half shown_half(const Quantiles& server, const Quantiles& client) {
  if (client.n == 0) return Half::server;
  if (server.n == 0) return Half::client;
  return client.p50 > server.p50 ? Half::client : Half::server;
}

inline Half shown_half(const FlowRecord& flow) {
  return shown_half(flow.server_rtt.network, flow.client_rtt.network);
}

/// Both distributions of the shown half.
inline const HalfRtt& shown_rtt(const FlowRecord& flow) {
  return shown_half(flow) == Half::server ? flow.server_rtt : flow.client_rtt;
}

}  // namespace netlat
