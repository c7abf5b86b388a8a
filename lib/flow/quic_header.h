#pragma once
// The part of a QUIC packet header that is never encrypted (RFC 8999 5,
// RFC 9000 17.2, RFC 9369 3.2).

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "netlat/base/bytes.h"

namespace netlat {

enum class QuicPacketType : std::uint8_t {
  initial,
  zero_rtt,
  handshake,
  retry,
  version_negotiation,
};

class ConnectionId {
 public:
  static constexpr std::size_t kMax = 20;  ///< in versions 1 and 2

  ConnectionId() = default;
  /// Requires: at most kMax octets.
  explicit ConnectionId(Bytes octets)
      : size_(static_cast<std::uint8_t>(octets.size())) {
    std::copy(octets.begin(), octets.end(), octets_.begin());
  }
  std::size_t size() const { return size_; }
  friend bool operator==(const ConnectionId& a, const ConnectionId& b) {
    return a.size_ == b.size_ && a.octets_ == b.octets_;
  }

 private:
  std::array<std::uint8_t, kMax> octets_{};
  std::uint8_t size_ = 0;
};

struct QuicLongHeader {
  QuicPacketType type = QuicPacketType::initial;
  std::uint32_t version = 0;
  ConnectionId destination, source;
};

inline constexpr std::uint32_t kQuicVersion1 = 0x00000001;
inline constexpr std::uint32_t kQuicVersion2 = 0x6b3343cf;

/// The first packet of a datagram, if it is a whole long header of version 1
/// or 2 or a version negotiation.
std::optional<QuicLongHeader> parse_quic_long_header(Bytes captured);

}  // namespace netlat
