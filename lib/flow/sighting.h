#pragma once
// One packet seen twice, or two packets?
//
// On a forwarding host or with a mirror port the same datagram is captured at
// two places.  The copies carry the same IP identification (where the sender
// sets one) or differ in link addresses.  An application that asks again
// sends a new datagram: new identification, same link addresses.

#include <cstdint>

#include "netlat/packet/segment.h"

namespace netlat {

struct Sighting {
  std::uint32_t link_tag = 0;
  std::uint16_t ip_id = 0;  ///< 0: the sender set none

  static Sighting of(const Segment& segment) noexcept {
    return {segment.link_tag, segment.told_ip_id()};
  }
  /// Given that the contents are equal.
  bool same_packet(const Sighting& other) const noexcept {
    if (ip_id != 0 && other.ip_id != 0) return ip_id == other.ip_id;
    return link_tag != other.link_tag;
  }
};

}  // namespace netlat
