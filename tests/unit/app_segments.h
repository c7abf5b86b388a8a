#pragma once
// Segments for the tests of application timers, without frames around them.

#include <cstdint>
#include <string_view>
#include <vector>

#include "netlat/packet/segment.h"

namespace netlat::test {

using Octets = std::vector<std::uint8_t>;

inline void put(Octets& out, std::uint64_t value, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}
inline void put(Octets& out, const Octets& more) {
  out.insert(out.end(), more.begin(), more.end());
}
inline void put(Octets& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::uint8_t>(c));
}
inline Octets fill(std::size_t n, std::uint8_t value) {
  return Octets(n, value);
}

constexpr Stamp at_ms(std::int64_t ms) {
  return stamp_ns(1'700'000'000'000'000'000 + ms * 1'000'000);
}
constexpr Stamp at_us(std::int64_t us) {
  return stamp_ns(1'700'000'000'000'000'000 + us * 1'000);
}
constexpr Nanos ms(std::int64_t n) {
  return Nanos{n * 1'000'000};
}
constexpr Nanos us(std::int64_t n) {
  return Nanos{n * 1'000};
}

struct Host {
  IpAddress address;
  Port port;
};
inline Host host(std::string_view address, Port port) {
  return {*IpAddress::parse(address), port};
}

/// A UDP datagram; `payload` must outlive the result.
inline Segment udp(Stamp time, const Host& from, const Host& to,
                   const Octets& payload) {
  Segment s;
  s.time = time;
  s.transport = Transport::udp;
  s.ip_protocol = 17;
  s.source = from.address;
  s.destination = to.address;
  s.source_port = from.port;
  s.destination_port = to.port;
  s.payload = payload;
  s.payload_length = static_cast<std::uint32_t>(payload.size());
  return s;
}

}  // namespace netlat::test
