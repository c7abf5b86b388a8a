// The Internet checksum (RFC 1071) and where packets carry it.

#pragma once

#include "tests/lab/wire/packet_view.h"

namespace lab {

// Ones' complement sum of 16-bit words, not folded; an odd last octet is
// padded. Sums of even-length parts add up.
uint64_t checksum_sum(ConstOctets bytes);
uint16_t checksum_finish(uint64_t sum);

// Writes the IPv4 header checksum; nothing for IPv6.
void fill_ip_checksum(Octets packet);

// Writes the TCP, UDP or ICMP checksum over the packet's payload length;
// `view` is of this packet as it is now.
void fill_transport_checksum(Octets packet, const PacketView& view);

// The sum over addresses, protocol and length that transport checksums add.
uint64_t pseudo_header_sum(ConstOctets packet, const PacketView& view);

// Where the checksum stands after the start of the transport header.
size_t transport_checksum_at(uint8_t protocol);

}  // namespace lab
