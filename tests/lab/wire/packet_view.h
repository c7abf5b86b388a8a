// What the wire knows of one IP packet. A parser of its own: the truth it
// logs must not depend on the code that is scored against it.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/wire/octets.h"

namespace lab {

enum : uint8_t {
  kFin = 0x01,
  kSyn = 0x02,
  kRst = 0x04,
  kPsh = 0x08,
  kAck = 0x10,
  kCwr = 0x80,
};
enum : uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58 };

// IPv4 stands in the first four octets, the rest zero.
struct Address {
  std::array<uint8_t, 16> octets{};
  uint8_t version = 0;  // 4 or 6; 0 is no address

  // "10.0.1.1" or "fd00:1::1".
  static std::optional<Address> parse(std::string_view text);
  std::string text() const;
  bool operator==(const Address&) const = default;
};

struct AddressHash {
  size_t operator()(const Address& address) const {
    size_t out = address.version;
    for (const uint8_t octet : address.octets) out = out * 131 + octet;
    return out;
  }
};

struct Endpoint {
  Address address;
  uint16_t port = 0;

  // "10.0.1.1:80" or "[fd00:1::1]:80".
  static std::optional<Endpoint> parse(std::string_view text);
  bool operator==(const Endpoint&) const = default;
};

struct PacketView {
  Endpoint source;       // ICMP: port of the source is the type,
  Endpoint destination;  // of the destination the code
  uint32_t seq = 0;      // ICMP echo: identifier << 16 | number
  uint32_t ack = 0;
  uint32_t tsval = 0;
  uint32_t tsecr = 0;
  uint32_t ip_length = 0;
  uint32_t payload = 0;  // octets after the TCP, UDP or ICMP header
  uint16_t transport_at = 0;
  uint16_t payload_at = 0;
  uint16_t ip_id = 0;
  uint8_t protocol = 0;  // after IPv6 extension headers
  uint8_t ttl = 0;
  uint8_t flags = 0;  // of TCP
  bool dont_fragment = false;
  bool has_transport = false;  // a complete TCP, UDP or ICMP header follows
  bool has_timestamps = false;

  uint8_t version() const { return source.address.version; }
  bool is_tcp() const { return has_transport && protocol == kTcp; }
};

// What is not IPv4 or IPv6, or is cut short, leaves the fields beyond at zero.
PacketView parse_packet(ConstOctets packet);

}  // namespace lab
