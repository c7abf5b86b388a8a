#include "lib/probe/quic_probe.h"

#include <algorithm>
#include <array>

namespace netlat {

namespace {

// Long header, version 0x1a2a3a4a, length of the destination connection ID.
constexpr std::array<std::uint8_t, 6> kHead = {0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 8};
constexpr std::size_t kIdLength = 8;
constexpr std::size_t kSourceId = kHead.size() + kIdLength;  // its length first
constexpr std::size_t kCompensation = kSourceId + 1 + kIdLength + 1;

void store64(std::uint8_t* p, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) {
    p[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
  }
}

}  // namespace

std::vector<std::uint8_t> make_quic(std::uint64_t cookie, std::size_t length) {
  std::vector<std::uint8_t> payload(length);
  std::copy(kHead.begin(), kHead.end(), payload.begin());
  store64(&payload[kHead.size()], cookie);
  payload[kSourceId] = kIdLength;
  store64(&payload[kSourceId + 1], cookie);
  compensate(payload, kCompensation);
  return payload;
}

std::optional<std::uint64_t> read_quoted_quic(Bytes payload) {
  if (payload.size() < kSourceId ||
      !std::equal(kHead.begin(), kHead.end(), payload.begin())) {
    return std::nullopt;
  }
  return load_be64(&payload[kHead.size()]);
}

std::optional<std::uint64_t> read_version_negotiation(Bytes payload) {
  constexpr std::size_t kVersions = kSourceId + 1 + kIdLength;
  // At least one version is offered.
  if (payload.size() < kVersions + 4 || (payload.size() - kVersions) % 4 != 0 ||
      (payload[0] & 0x80) == 0 || load_be32(&payload[1]) != 0 ||
      payload[kHead.size() - 1] != kIdLength ||
      payload[kSourceId] != kIdLength) {
    return std::nullopt;
  }
  const std::uint64_t cookie = load_be64(&payload[kHead.size()]);
  if (load_be64(&payload[kSourceId + 1]) != cookie) return std::nullopt;
  return cookie;
}

}  // namespace netlat
