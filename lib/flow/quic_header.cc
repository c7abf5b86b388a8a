#include "lib/flow/quic_header.h"

namespace netlat {
namespace {

constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kFixedBit = 0x40;

// The two type bits count on from Initial in version 1 and are rotated by one
// in version 2.
QuicPacketType packet_type(std::uint8_t first, std::uint32_t version) {
  const unsigned bits = first >> 4 & 3u;
  const unsigned kind = version == kQuicVersion2 ? (bits + 3) & 3u : bits;
  return static_cast<QuicPacketType>(kind);
}

ConnectionId read_connection_id(ByteReader& in, bool& fits) {
  const std::size_t length = in.u8();
  if (length > ConnectionId::kMax) {
    fits = false;
    return {};
  }
  return ConnectionId(in.bytes(length));
}

}  // namespace

std::optional<QuicLongHeader> parse_quic_long_header(Bytes captured) {
  ByteReader in(captured);
  const std::uint8_t first = in.u8();
  QuicLongHeader header;
  header.version = in.u32();
  bool fits = true;
  header.destination = read_connection_id(in, fits);
  header.source = read_connection_id(in, fits);
  if (!in.ok() || !fits || (first & kLongForm) == 0) return std::nullopt;
  if (header.version == 0) {
    header.type = QuicPacketType::version_negotiation;
    return header;
  }
  // A server may clear the fixed bit once the client allowed it (RFC 9287 3),
  // which is after this handshake; before, a clear bit is no QUIC.
  if ((first & kFixedBit) == 0) return std::nullopt;
  if (header.version != kQuicVersion1 && header.version != kQuicVersion2) {
    return std::nullopt;
  }
  header.type = packet_type(first, header.version);
  return header;
}

}  // namespace netlat
