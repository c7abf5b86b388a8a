#pragma once
// What netlat has to say of one packet, kept small and put into words later.

#include <cstdint>
#include <string>

#include "netlat/flow/flow_key.h"
#include "netlat/flow/segment_facts.h"

namespace netlat {

/// The part of a packet's facts that a comment tells of.
struct PacketVerdict {
  SegmentClass segment_class = SegmentClass::pure_ack;
  RetransmitCause cause = RetransmitCause::unknown;
  LossPlace place = LossPlace::none;
  Confidence confidence = Confidence::none;
  bool has_cause : 1 = false;
  bool zero_window : 1 = false;
  bool server_half : 1 = false;  ///< of the round trip
  bool of_connection : 1 = false;
  std::uint32_t flow_id = 0;
  std::uint32_t rtt_us = 0;      ///< the longest of this packet; 0: none
  std::uint32_t service_us = 0;  ///< 0: none
};
static_assert(sizeof(PacketVerdict) <= 20);

PacketVerdict packet_verdict(const Segment& s, const SegmentFacts& facts);

/// Above these a time is worth a comment.
struct CommentLimits {
  Nanos rtt = Nanos::max(), service = Nanos::max();
};

/// "netlat: flow 3: retransmission (rto), lost after this point (strong)"; of
/// packets there is nothing to say of, empty.
std::string packet_comment(const PacketVerdict& verdict,
                           const CommentLimits& limits);

}  // namespace netlat
