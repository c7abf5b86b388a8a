// Big-endian integers in packet bytes. Callers have checked the length.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lab {

using Octets = std::span<uint8_t>;
using ConstOctets = std::span<const uint8_t>;

inline uint16_t load16(ConstOctets bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline uint32_t load32(ConstOctets bytes, size_t at) {
  return uint32_t{load16(bytes, at)} << 16 | load16(bytes, at + 2);
}

inline void store16(Octets bytes, size_t at, uint32_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

inline void store32(Octets bytes, size_t at, uint32_t value) {
  store16(bytes, at, value >> 16);
  store16(bytes, at + 2, value);
}

// Sequence numbers wrap: a is after b if it is less than half the circle
// ahead (RFC 1982).
inline bool serial_after(uint32_t a, uint32_t b) {
  return static_cast<int32_t>(a - b) > 0;
}

}  // namespace lab
