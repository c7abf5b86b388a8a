#pragma once
// The `segment` record: the verdict on one TCP packet.

#include <cstdint>

#include "netlat/base/time.h"
#include "netlat/flow/segment_facts.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// What the record needs beside the facts.  Amendments by later packets are
/// the caller's to apply before writing.
struct SegmentRecord {
  std::uint64_t frame = 0;
  Stamp time;
  std::uint64_t flow = 0;    ///< FlowRecord::id
  std::uint32_t length = 0;  ///< payload octets
  std::uint8_t flags = 0;    ///< TcpFlag bits
  std::uint16_t window = 0;  ///< as in the header, unscaled
  SegmentFacts facts;
};

/// The line, valid until `json` is used again.  Of two RTT samples the one
/// that counts as network RTT is shown.
std::string_view segment_line(JsonWriter& json, const SegmentRecord& segment);

}  // namespace netlat
