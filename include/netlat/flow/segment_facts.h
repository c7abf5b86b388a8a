#pragma once
// What the TCP engine learned from one packet: the event it emits.

#include <cstdint>

#include "netlat/base/time.h"
#include "netlat/flow/types.h"

namespace netlat {

/// One RTT sample.  `half` names the side that answered: Dir::c2s means data
/// sent by the client and acknowledged by the server (capture point to server
/// and back), Dir::s2c the client's half.
struct RttSample {
  Nanos rtt{0};
  std::uint64_t acks_frame = 0;  ///< frame whose answer this is
  Dir half = Dir::c2s;
  RttClass rtt_class = RttClass::pure;
  bool network = false;  ///< belongs to the network RTT distribution
};

/// The facts of one packet.  Later packets may prove a retransmission needless
/// or relabel a copy; such amendments are counted in the connection and
/// change the facts of the earlier frame through `amended_frame`.
struct SegmentFacts {
  static constexpr std::uint32_t kNoConnection = 0xffff'ffff;
  /// Slot in the flow table; kNoConnection while only a SYN was seen and for
  /// packets that are not TCP.
  std::uint32_t connection = kNoConnection;
  std::uint32_t flow_id = 0;
  SegmentClass segment_class = SegmentClass::pure_ack;
  bool has_cause = false;
  RetransmitCause cause = RetransmitCause::unknown;  ///< if has_cause
  LossPlace place = LossPlace::none;
  Necessity necessity = Necessity::undetermined;
  Confidence confidence = Confidence::none;
  std::uint8_t rtt_count = 0;
  // A response and a request are no one packet: not both are true.
  bool has_service = false;  ///< a response began: `turn` is its service time
  bool has_elapsed = false;  ///< a turn ended before this packet, after `turn`
  Dir dir = Dir::c2s;
  std::uint32_t relative_seq = 0, relative_ack = 0;
  RttSample rtt[2];  ///< the first rtt_count are valid
  /// Service time: last request octet to first response octet, less the
  /// smallest RTT to the server.  A whole turn: first request octet to last
  /// response octet.
  Nanos turn{0};
  /// An earlier frame whose facts change, 0 for none.
  std::uint64_t amended_frame = 0;
  SegmentClass amended_class = SegmentClass::retransmission;
  Necessity amended_necessity = Necessity::undetermined;
  Confidence amended_confidence = Confidence::none;

  /// Ready for a packet of a connection; what a count or flag guards keeps its
  /// bytes.
  void start(std::uint32_t index, std::uint32_t id, Dir sender) noexcept {
    connection = index;
    flow_id = id;
    segment_class = SegmentClass::pure_ack;
    has_cause = false;
    cause = RetransmitCause::unknown;
    place = LossPlace::none;
    necessity = Necessity::undetermined;
    confidence = Confidence::none;
    rtt_count = 0;
    has_service = false;
    has_elapsed = false;
    dir = sender;
    relative_seq = relative_ack = 0;
    amended_frame = 0;
  }
  /// Ready for a packet without one.
  void reset() noexcept { start(kNoConnection, 0, Dir::c2s); }
};

}  // namespace netlat
