// What stands before each packet of a TUN device with IFF_VNET_HDR: the
// first version of the virtio network header, in the host's byte order.
// <linux/virtio_net.h> does not compile as C++.

#pragma once

#include <cstdint>

namespace lab {

struct VnetHeader {
  static constexpr uint8_t kNeedsChecksum = 1;
  static constexpr uint8_t kNoGso = 0;
  static constexpr uint8_t kTcp4 = 1;
  static constexpr uint8_t kTcp6 = 4;

  uint8_t flags = 0;
  uint8_t gso_type = kNoGso;
  uint16_t header_octets = 0;
  uint16_t gso_size = 0;
  uint16_t checksum_start = 0;
  uint16_t checksum_offset = 0;  // from checksum_start
};
static_assert(sizeof(VnetHeader) == 10);

}  // namespace lab
