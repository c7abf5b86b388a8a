#pragma once
// ICMP errors by who sent them and what they say: routers and hosts name the
// cause of a lost packet themselves, and quote the packet.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"
#include "netlat/measure/bounded_map.h"
#include "netlat/measure/distinct_count.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// What an error says (RFC 792, RFC 4443).
struct IcmpError {
  bool v6 = false;
  std::uint8_t type = 0;
  std::optional<std::uint8_t> code;  ///< nullopt: various
  std::uint32_t mtu = 0;             ///< of the next hop; 0: not said

  friend auto operator<=>(const IcmpError&, const IcmpError&) = default;
};

struct IcmpErrorStats {
  std::uint64_t count = 0;
  Stamp first, last;    ///< meaningless while count is 0
  DistinctCount flows;  ///< of the packets quoted, both directions as one
};

/// Bounded: further senders share, by type, an entry without address and code.
class IcmpErrorTable {
 public:
  struct Key {
    IpAddress from;
    IcmpError error;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  /// Takes any ICMP message and counts it if it is an error.
  void advance(const Segment& s);
  /// Adds what another table counted, of errors about other flows.
  void merge(const IcmpErrorTable& other);
  const std::map<Key, IcmpErrorStats>& entries() const noexcept {
    return entries_.entries();
  }

 private:
  IcmpErrorStats& entry(const Key& key);

  KeyedHash hash_;
  BoundedMap<Key, IcmpErrorStats, 1024> entries_;
};

}  // namespace netlat
