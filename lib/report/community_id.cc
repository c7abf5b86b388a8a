// Hash input (https://github.com/corelight/community-id-spec), big-endian:
// seed, lower address, higher address, protocol, a zero octet, the two ports
// in the order of their addresses; equal addresses are ordered by port.
// IPv4 addresses take 4 octets, IPv6 addresses 16.  The SHA-1 of it goes out
// in base64.  SHA-1 is used as the specification demands; nothing here needs
// it to be strong.

#include "netlat/report/community_id.h"

#include <sha1.h>

#include <cstring>
#include <span>
#include <tuple>

namespace netlat {

namespace {

constexpr std::size_t kLongestInput = 2 + 16 + 16 + 2 + 2 + 2;

struct HashInput {
  std::array<std::uint8_t, kLongestInput> octets;
  std::size_t size = 0;

  void put8(std::uint8_t value) { octets[size++] = value; }
  void put16(std::uint16_t value) {
    put8(static_cast<std::uint8_t>(value >> 8));
    put8(static_cast<std::uint8_t>(value));
  }
  void put(const IpAddress& address) {
    const auto b = address.bytes();
    const std::size_t skip = address.is_v4() ? 12 : 0;
    std::memcpy(&octets[size], &b[skip], b.size() - skip);
    size += b.size() - skip;
  }
};

// RFC 4648 4.  Requires: `to` has room for four characters to each three
// octets or part of them.
void put_base64(std::span<const std::uint8_t> octets, char* to) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::size_t left = octets.size() - i;
    const std::uint32_t group =
        std::uint32_t{octets[i]} << 16 |
        (left > 1 ? std::uint32_t{octets[i + 1]} << 8 : 0U) |
        (left > 2 ? std::uint32_t{octets[i + 2]} : 0U);
    *to++ = kAlphabet[group >> 18];
    *to++ = kAlphabet[group >> 12 & 63];
    *to++ = left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    *to++ = left > 2 ? kAlphabet[group & 63] : '=';
  }
}

}  // namespace

std::uint8_t ip_protocol(Transport transport) {
  switch (transport) {
    case Transport::tcp:
      return 6;
    case Transport::udp:
      return 17;
    case Transport::icmp:
      return 1;
    case Transport::icmp6:
      return 58;
    case Transport::other:
      break;
  }
  return 0;
}

std::string_view CommunityId::operator()(const Endpoint& a, const Endpoint& b,
                                         std::uint8_t ip_protocol) {
  const bool in_order =
      std::tie(a.address, a.port) <= std::tie(b.address, b.port);
  const Endpoint& low = in_order ? a : b;
  const Endpoint& high = in_order ? b : a;
  HashInput in;
  in.put16(seed_);
  in.put(low.address);
  in.put(high.address);
  in.put8(ip_protocol);
  in.put8(0);
  in.put16(low.port);
  in.put16(high.port);

  SHA1_CTX context;
  std::uint8_t hash[SHA1_DIGEST_LENGTH];
  SHA1Init(&context);
  SHA1Update(&context, in.octets.data(), in.size);
  SHA1Final(hash, &context);
  text_[0] = '1';
  text_[1] = ':';
  put_base64(hash, &text_[2]);
  return {text_.data(), text_.size()};
}

}  // namespace netlat
