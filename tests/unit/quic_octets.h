#pragma once
// QUIC datagrams for the tests: headers as on the wire, noise behind them.

#include "tests/unit/app_segments.h"

namespace netlat::test {

inline constexpr std::uint32_t kV1 = 1, kV2 = 0x6b3343cf;
// First octets of version 1 long headers.
inline constexpr std::uint8_t kInitial = 0xc3, kZeroRtt = 0xd3,
                              kQHandshake = 0xe3, kRetry = 0xf0;

inline Octets long_header(std::uint8_t first, std::uint32_t version,
                          const Octets& to, const Octets& from,
                          std::size_t size = 1200) {
  Octets out{first};
  put(out, version, 4);
  put(out, to.size(), 1);
  put(out, to);
  put(out, from.size(), 1);
  put(out, from);
  if (out.size() < size) out.resize(size, 0x77);
  return out;
}
inline Octets short_header(bool spin, const Octets& to = {},
                           std::size_t size = 60) {
  Octets out{static_cast<std::uint8_t>(0x40 | (spin ? 0x20 : 0))};
  put(out, to);
  if (out.size() < size) out.resize(size, 0x77);
  return out;
}

}  // namespace netlat::test
