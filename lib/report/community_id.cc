// Hash input (https://github.com/corelight/community-id-spec), big-endian:
// seed, lower address, higher address, protocol, a zero octet, the two ports
// in the order of their addresses; equal addresses are ordered by port.
// IPv4 addresses take 4 octets, IPv6 addresses 16.  The SHA-1 of it goes out
// in base64.  SHA-1 is used as the specification demands; nothing here needs
// it to be strong.

#include "netlat/report/community_id.h"

#include <openssl/evp.h>

#include <cstring>
#include <tuple>

namespace netlat {

struct CommunityId::Digest {
  // Fetched once: looking the algorithm up costs more than the hash itself.
  EVP_MD* sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  ~Digest() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(sha1);
  }
};

namespace {

constexpr std::size_t kLongestInput = 2 + 16 + 16 + 2 + 2 + 2;
constexpr unsigned kSha1Size = 20;

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

}  // namespace

CommunityId::CommunityId(std::uint16_t seed)
    : digest_(std::make_unique<Digest>()), seed_(seed) {}

CommunityId::~CommunityId() = default;

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

  std::uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_MD_CTX* context = digest_->context;
  if (EVP_DigestInit_ex2(context, digest_->sha1, nullptr) != 1 ||
      EVP_DigestUpdate(context, in.octets.data(), in.size) != 1 ||
      EVP_DigestFinal_ex(context, hash, &size) != 1 || size != kSha1Size) {
    return {};
  }
  text_[0] = '1';
  text_[1] = ':';
  unsigned char base64[4 * ((kSha1Size + 2) / 3) + 1];
  const int length = EVP_EncodeBlock(base64, hash, static_cast<int>(size));
  std::memcpy(&text_[2], base64, static_cast<std::size_t>(length));
  return {text_.data(), 2 + static_cast<std::size_t>(length)};
}

}  // namespace netlat
