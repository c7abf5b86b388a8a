#pragma once
// Segments that are sent beside a connection in use, and those that answer.

#include <cstdint>
#include <optional>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/bytes.h"

namespace netlat {

/// Of a segment that came from the peer, without its data.
struct PeerSegment {
  Port from = 0, to = 0;
  std::uint32_t sequence = 0, acknowledged = 0;
  std::uint16_t window = 0;
  bool reset = false;
  /// An acknowledgement and nothing else: no data, no flag that means
  /// something, no SACK block.
  bool bare = false;
  /// TSval and TSecr, if it has them.
  bool stamped = false;
  std::uint32_t stamp = 0, echoed_stamp = 0;
};

/// From the TCP header on; nullopt if it is cut short or none.
std::optional<PeerSegment> read_peer_segment(Bytes segment);

/// What a probe is made of.
struct FlowSegment {
  IpAddress source, target;
  Port source_port = 0, port = 0;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint16_t window = 0;
  /// As read_peer_segment() gives them: goes back the other way round.
  std::optional<PeerSegment> stamps_of = {};
};

/// A pure ACK with its checksum, from the TCP header on.
std::vector<std::uint8_t> make_flow_segment(const FlowSegment& from);

}  // namespace netlat
