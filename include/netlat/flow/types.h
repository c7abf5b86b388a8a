#pragma once
// The vocabulary of verdicts about connections and segments.

#include <cstddef>
#include <cstdint>

namespace netlat {

/// Sender of a segment, once client and server are decided.
enum class Dir : std::uint8_t { c2s, s2c };
constexpr Dir opposite(Dir d) {
  return static_cast<Dir>(static_cast<unsigned>(d) ^ 1u);
}

/// How it was decided who is client (RFC 9293 has no such word): the SYN, the
/// SYN-ACK, a well-known port, or who spoke first in the capture.
enum class RoleConfidence : std::uint8_t { syn, synack, port, first };
enum class FlowStart : std::uint8_t { syn, midstream };
/// `idle`: split after a silence; `evicted`: the memory cap; `open`: the
/// capture ended first.
enum class FlowEnd : std::uint8_t { fin, rst, idle, evicted, open };
/// `timeout`: SYNs without any answer; `none`: no SYN was captured.
enum class HandshakeOutcome : std::uint8_t {
  established,
  refused,
  timeout,
  none,
};

/// What one TCP packet is to its connection.
enum class SegmentClass : std::uint8_t {
  new_data,        ///< bytes, or a FIN, never seen before, at or above snd_max
  retransmission,  ///< bytes this capture point has seen before
  late_fill,       ///< fills a hole: retransmitted, the first copy was lost
                   ///< before the capture point
  reordered,       ///< fills a hole: overtaken on the way
  reordered_late_original,  ///< the original, arriving after its copy
  network_duplicate,        ///< two copies of one transmission were delivered
  capture_duplicate,        ///< one packet captured twice
  keepalive,
  zero_window_probe,
  pure_ack,
  handshake,  ///< SYN or SYN-ACK, first transmission
  reset,
};

/// What made a sender transmit again; decided in flow/cause.cc.
enum class RetransmitCause : std::uint8_t {
  syn_timer,         ///< SYN or SYN-ACK unanswered
  persist,           ///< peer's window closed
  fast,              ///< duplicate ACKs, SACK or RACK (RFC 5681, 6675, 8985)
  timeout_recovery,  ///< go-back after a timeout, same episode
  tlp,               ///< tail loss probe (RFC 8985 7)
  rto,               ///< retransmission timer (RFC 6298)
  tlp_or_rto,        ///< one segment in flight: not told apart on the wire
  pmtud,             ///< smaller again after ICMP fragmentation needed
  unknown,
};
inline constexpr std::size_t kRetransmitCauses = 9;

/// Where a transmission was lost, seen from the capture point: between the
/// sender and it, or between it and the receiver.
enum class LossPlace : std::uint8_t { none, upstream, downstream };
/// Did the receiver lack the bytes?  Proof order in flow/necessity.cc.
enum class Necessity : std::uint8_t { undetermined, proven, proven_spurious };
/// proof: IP-ID, TSval or DSACK order.  strong: no feedback loop could have
/// been that fast or slow.  weak: time alone.
enum class Confidence : std::uint8_t { none, weak, strong, proof };

/// What kind of RTT sample, decided in flow/rtt.cc.
enum class RttClass : std::uint8_t {
  handshake,       ///< SYN to SYN-ACK, SYN-ACK to ACK
  pure,            ///< an ACK without data, answered at once
  piggyback,       ///< the ACK rode on data, as quick as the network
  sack,            ///< first SACK of a range (RFC 2018)
  timestamp,       ///< TSecr told which copy was received (RFC 7323)
  delack_suspect,  ///< the receiver may have delayed its ACK
  think_suspect,   ///< the ACK waited for the application
};
/// Whether nothing but the network can have taken the time.
constexpr bool is_network(RttClass c) {
  return c < RttClass::delack_suspect;
}

}  // namespace netlat
