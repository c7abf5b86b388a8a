#pragma once
// Round trips from the latency spin bit of QUIC (RFC 9000 17.4, RFC 9312 4.2).
//
// Problem: after the handshake QUIC shows nothing but one bit.  The server
// reflects the bit of the newest packet it received, the client sends it back
// inverted: a square wave whose half period, at any one point, is one round
// trip.  Method: an edge is a packet whose bit differs from the direction's
// last.  Two edges of one direction are an end-to-end round trip apart.  A
// server edge after the client edge of the same value is the server's half, a
// client edge after the inverse server edge is the client's.
//
// Bias and what is done about it.
//   Reordering makes false edges.  An edge counts once three packets have kept
//   its value; if the value reverts before 1/8 of the current estimate, it
//   never was.  After an edge that comes sooner than that and stays, the chain
//   starts anew without a sample.  Each such edge lowers the estimate by 1/8,
//   so that one taken too high from a slow handshake corrects itself.
//   An idle sender delays the wave.  A sample is late by at most the silence
//   before its edge packet, so one with more than 1/4 of the estimate is
//   dropped, as is one whose wave was so delayed at the other end.
//   Ends that do not spin set the bit at random or never change it.  Of the
//   last 32 packets sent without a pause, random bits change at about 15;
//   from 8 on nothing is reported, at 12 the connection is given up.  Before
//   32 packets nothing is reported.  A constant bit has no edges.
// What remains includes delay in both end hosts, like an acknowledgment's.
// Cost: a few comparisons per packet.

#include <cstdint>
#include <optional>

#include "netlat/base/time.h"
#include "netlat/flow/types.h"

namespace netlat {

struct SpinSample {
  std::optional<Nanos> end_to_end;
  std::optional<Nanos> half;  ///< of the side that sent the edge
};

class SpinObserver {
 public:
  /// A first guess of the round trip, from the handshake.  Requires: > 0.
  void set_estimate(Nanos rtt);
  /// The spin bit of one packet, in capture order.
  SpinSample advance(Dir dir, Stamp now, bool bit);
  /// The bit was found random; there will be no more samples.
  bool random() const { return random_; }

 private:
  struct Edge {
    Stamp time;
    bool idle = false;  // the sender was silent before it
  };
  struct Side {
    std::uint32_t history = 0;  // bits of packets sent without a pause
    std::uint8_t seen = 0;      // of them, up to 32
    bool started = false;
    bool value = false;  // of the last confirmed edge
    std::optional<Edge> edge, earlier_edge;
    std::optional<Edge> pending;  // to !value, not confirmed
    bool pending_too_soon = false;
    std::uint8_t confirmations = 0;
    std::optional<Edge> cause;  // the other side's edge behind `pending`
    Stamp last;
  };
  bool too_soon(Stamp from, Stamp to) const;
  bool note_packet(Side& side, Stamp now, bool bit);
  void begin_edge(Dir dir, Edge edge);
  SpinSample confirm(Side& side, const Side& other);
  void refine(Nanos interval);
  void lower_estimate();
  bool steady(const Side& side) const;

  Side sides_[2];
  Nanos estimate_{0};  // 0: none yet
  bool random_ = false;
};

}  // namespace netlat
