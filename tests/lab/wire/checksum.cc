#include "tests/lab/wire/checksum.h"

namespace lab {

uint64_t checksum_sum(ConstOctets bytes) {
  uint64_t sum = 0;
  size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) sum += load32(bytes, at);
  for (; at + 2 <= bytes.size(); at += 2) sum += load16(bytes, at);
  if (at < bytes.size()) sum += uint64_t{bytes[at]} << 8U;
  return sum;
}

uint16_t checksum_finish(uint64_t sum) {
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<uint16_t>(~sum);
}

void fill_ip_checksum(Octets packet) {
  if (packet[0] >> 4U != 4) return;
  store16(packet, 10, 0);
  const size_t header = size_t{packet[0] & 0x0fU} * 4;
  store16(packet, 10, checksum_finish(checksum_sum(packet.first(header))));
}

size_t transport_checksum_at(uint8_t protocol) {
  if (protocol == kTcp) return 16;
  return protocol == kUdp ? 6 : 2;
}

uint64_t pseudo_header_sum(ConstOctets packet, const PacketView& view) {
  if (view.protocol == kIcmp) return 0;
  const bool v4 = view.version() == 4;
  const ConstOctets addresses = packet.subspan(v4 ? 12 : 8, v4 ? 8 : 32);
  return checksum_sum(addresses) + view.protocol +
         (view.ip_length - view.transport_at);
}

void fill_transport_checksum(Octets packet, const PacketView& view) {
  const size_t at = view.transport_at + transport_checksum_at(view.protocol);
  store16(packet, at, 0);
  const ConstOctets segment =
      packet.subspan(view.transport_at, view.ip_length - view.transport_at);
  uint16_t sum =
      checksum_finish(pseudo_header_sum(packet, view) + checksum_sum(segment));
  if (sum == 0 && view.protocol == kUdp) sum = 0xffff;
  store16(packet, at, sum);
}

}  // namespace lab
