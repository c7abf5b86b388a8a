#pragma once
// One TCP connection: both directions, its handshake, its turns.

#include <cstdint>

#include "netlat/base/time.h"
#include "netlat/flow/flow_key.h"
#include "netlat/flow/sender.h"
#include "netlat/flow/types.h"

namespace netlat {

/// Which part of a request/response turn a connection is in.
enum class TurnPhase : std::uint8_t { none, request, response };

/// Six cache lines: who and when, two for each direction, and what concerns
/// both.  A million of them are a million times six fetches.
struct alignas(64) Connection {
  FlowKey key;
  /// Number of the first packet, modulo 2^48.
  std::uint64_t first_frame : 48 = 0;
  std::uint64_t min_epoch : 16 = 0;  ///< five-second bucket of min_rtt
  Stamp first_time, last_time;

  Sender half[2];  ///< by Dir

  Stamp syn_first;               ///< valid if saw a SYN
  std::int64_t server_rtt = -1;  ///< ns, handshake; -1: unknown
  std::int64_t client_rtt = -1;
  std::int64_t connect = -1;
  Stamp turn_start;      ///< first request octet
  Stamp turn_mark;       ///< last octet of the current phase
  std::uint32_t id = 0;  ///< order of first packet, from 0
  std::uint32_t turns = 0, turns_lossy = 0;
  std::uint8_t syn_retransmits = 0, synack_retransmits = 0;
  TurnPhase phase : 2 = TurnPhase::none;
  RoleConfidence role : 2 = RoleConfidence::first;
  HandshakeOutcome handshake : 2 = HandshakeOutcome::none;
  bool started_with_syn : 1 = false;
  bool handshake_ambiguous : 1 = false;
  bool client_is_low : 1 = false;
  bool turn_lossy : 1 = false;
  bool reused : 1 = false;
  bool evicted : 1 = false;
  bool idle_split : 1 = false;
  bool recently_used : 1 = false;  ///< for the clock hand

  Dir direction(bool sender_is_low) const noexcept {
    return sender_is_low == client_is_low ? Dir::c2s : Dir::s2c;
  }
  Sender& of(Dir d) noexcept { return half[static_cast<std::size_t>(d)]; }
  const Sender& of(Dir d) const noexcept {
    return half[static_cast<std::size_t>(d)];
  }
  bool closed() const noexcept {
    return half[0].saw_rst || half[1].saw_rst ||
           (half[0].saw_fin && half[1].saw_fin);
  }
  FlowEnd end() const noexcept;

  const IpAddress& client_ip() const noexcept {
    return client_is_low ? key.low : key.high;
  }
  const IpAddress& server_ip() const noexcept {
    return client_is_low ? key.high : key.low;
  }
  Port client_port() const noexcept {
    return client_is_low ? key.low_port() : key.high_port();
  }
  Port server_port() const noexcept {
    return client_is_low ? key.high_port() : key.low_port();
  }
};

static_assert(sizeof(Connection) == 384);

inline FlowEnd Connection::end() const noexcept {
  if (half[0].saw_fin && half[1].saw_fin) return FlowEnd::fin;
  if (half[0].saw_rst || half[1].saw_rst) return FlowEnd::rst;
  if (idle_split) return FlowEnd::idle;
  return evicted ? FlowEnd::evicted : FlowEnd::open;
}

}  // namespace netlat
