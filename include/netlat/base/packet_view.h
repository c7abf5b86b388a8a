#pragma once
// One captured frame, borrowed.

#include <cstdint>

#include "netlat/base/bytes.h"
#include "netlat/base/time.h"

namespace netlat {

/// Which way a frame went, where the capture says so (pcapng epb_flags).
enum class FrameDirection : std::uint8_t { unknown, inbound, outbound };

/// A frame as its source holds it.  `data` is valid until the source is read
/// again; nothing may keep it.
struct PacketView {
  Stamp time;
  Bytes data;                     ///< what was captured, from the link header
  std::uint32_t wire_length = 0;  ///< octets the frame had on the wire
  std::uint32_t interface = 0;    ///< index into the source's interfaces
  std::uint64_t frame = 0;        ///< from 1, in the order given out
  FrameDirection direction = FrameDirection::unknown;
  bool segmentation_offload = false;  ///< epb_flags bit 11: not one wire frame
  bool has_time = true;               ///< false: a simple packet block

  /// An ordinary frame of interface 0.  Sets each field where it stands, which
  /// assigning a whole view does not.
  void set(Stamp when, Bytes captured, std::uint32_t length) noexcept {
    time = when;
    data = captured;
    wire_length = length;
    interface = 0;
    frame = 0;
    direction = FrameDirection::unknown;
    segmentation_offload = false;
    has_time = true;
  }
};

/// Packets handled together, so that memory they will need can be fetched
/// while others are decoded.
inline constexpr std::size_t kBatch = 32;

}  // namespace netlat
