// Hash input (https://github.com/corelight/community-id-spec), big-endian:
// seed, lower address, higher address, protocol, a zero octet, the two ports
// in the order of their addresses; equal addresses are ordered by port.
// IPv4 addresses take 4 octets, IPv6 addresses 16.  The SHA-1 of it goes out
// in base64.  SHA-1 is used as the specification demands; nothing here needs
// it to be strong.  The input always fits one block of it, which is therefore
// padded here: libmd's own padding goes octet by octet and takes twice as long
// as the hash.

#include "netlat/report/community_id.h"

#include <sha1.h>

#include <cstring>
#include <span>
#include <tuple>

namespace netlat {

namespace {

constexpr std::size_t kLongestInput = 2 + 16 + 16 + 2 + 2 + 2;

// A block of SHA-1 (RFC 3174 4): the message, a one bit, zeros, its length in
// bits in the last eight octets.
struct HashBlock {
  std::array<std::uint8_t, SHA1_BLOCK_LENGTH> octets{};
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
  void pad() {
    static_assert(kLongestInput + 1 + 8 <= SHA1_BLOCK_LENGTH);
    const auto bits = static_cast<std::uint16_t>(size * 8);
    put8(0x80);
    size = octets.size() - sizeof bits;
    put16(bits);
  }
};

using Digest = std::array<std::uint8_t, SHA1_DIGEST_LENGTH>;

Digest sha1(const HashBlock& block) {
  SHA1_CTX context;
  SHA1Init(&context);
  SHA1Transform(context.state, block.octets.data());
  Digest digest{};
  std::size_t at = 0;
  for (const std::uint32_t word : context.state) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest[at++] = static_cast<std::uint8_t>(word >> shift);
    }
  }
  return digest;
}

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
  HashBlock in;
  in.put16(seed_);
  in.put(low.address);
  in.put(high.address);
  in.put8(ip_protocol);
  in.put8(0);
  in.put16(low.port);
  in.put16(high.port);
  in.pad();
  text_[0] = '1';
  text_[1] = ':';
  put_base64(sha1(in), &text_[2]);
  return {text_.data(), text_.size()};
}

}  // namespace netlat
