#pragma once
// IP addresses and prefixes as values.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/bytes.h"

namespace netlat {

/// A TCP or UDP port, host order.
using Port = std::uint16_t;

/// An IPv4 or IPv6 address in 16 octets, network order.  IPv4 is held in the
/// mapped form ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so one comparison serves
/// both families; an IPv6 packet that carries a mapped address compares equal
/// to the IPv4 address, which no real network routes.
class IpAddress {
 public:
  constexpr IpAddress() = default;

  /// Requires: 4 readable octets.
  static IpAddress v4(const std::uint8_t* p) noexcept {
    IpAddress a;
    const std::uint8_t low[8] = {0, 0, 0xff, 0xff, p[0], p[1], p[2], p[3]};
    std::memcpy(&a.low_, low, 8);
    return a;
  }
  /// Requires: 16 readable octets.
  static IpAddress v6(const std::uint8_t* p) noexcept {
    IpAddress a;
    std::memcpy(&a.high_, p, 8);
    std::memcpy(&a.low_, p + 8, 8);
    return a;
  }
  /// Sets `low` and `high` to `a` and `b`, or with `swap` to `b` and `a`,
  /// without a branch.
  static void order(const IpAddress& a, const IpAddress& b, bool swap,
                    IpAddress& low, IpAddress& high) noexcept {
    const std::uint64_t mask = 0 - std::uint64_t{swap};
    const std::uint64_t high_change = (a.high_ ^ b.high_) & mask;
    const std::uint64_t low_change = (a.low_ ^ b.low_) & mask;
    low.high_ = a.high_ ^ high_change;
    low.low_ = a.low_ ^ low_change;
    high.high_ = b.high_ ^ high_change;
    high.low_ = b.low_ ^ low_change;
  }
  /// Dotted quad or RFC 4291 text, without brackets or zone index.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const noexcept {
    const auto* p = bytes_low();
    return high_ == 0 && p[0] == 0 && p[1] == 0 && p[2] == 0xff && p[3] == 0xff;
  }
  /// 16 octets, network order (IPv4 mapped).
  std::array<std::uint8_t, 16> bytes() const noexcept {
    std::array<std::uint8_t, 16> b;
    std::memcpy(b.data(), &high_, 8);
    std::memcpy(b.data() + 8, &low_, 8);
    return b;
  }
  /// The two halves as memory holds them: for hashing and comparing only.
  std::uint64_t word0() const noexcept { return high_; }
  std::uint64_t word1() const noexcept { return low_; }

  /// Dotted quad or RFC 5952 text.
  std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  /// Network order, so that text lists sort as a reader expects.
  friend std::strong_ordering operator<=>(const IpAddress& a,
                                          const IpAddress& b) noexcept {
    return a.bytes() <=> b.bytes();
  }

 private:
  const std::uint8_t* bytes_low() const noexcept {
    return static_cast<const std::uint8_t*>(static_cast<const void*>(&low_));
  }
  std::uint64_t high_ = 0;  // octets 0..7 as memory holds them
  std::uint64_t low_ = 0;   // octets 8..15
};

/// An address range a.b.c.d/n.
struct Prefix {
  IpAddress address;          ///< host bits as given; contains() ignores them
  std::uint8_t length = 128;  ///< bits of the 128-bit form: IPv4 /n is 96 + n

  /// "10.0.0.0/8", "2001:db8::/32", or an address alone.
  static std::optional<Prefix> parse(std::string_view text);
  bool contains(const IpAddress& a) const noexcept;
};

/// "10.0.0.1:443" or "[2001:db8::1]:443".
std::string endpoint_text(const IpAddress& address, Port port);

}  // namespace netlat
