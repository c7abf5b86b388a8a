#pragma once
// Community ID version 1: the flow identifier Zeek, Suricata, Wireshark and
// Arkime also print, so that a record joins theirs by string comparison.

#include <array>
#include <cstdint>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/measure/flow_record.h"

namespace netlat {

/// IANA protocol number, which the identifier hashes; 0 for `other`.
std::uint8_t ip_protocol(Transport transport);

/// One end of a conversation.  For ICMP the ports are the two message types
/// the specification pairs.
struct Endpoint {
  IpAddress address;
  Port port = 0;
};

/// Computes identifiers; keeps the last one, so an object serves one thread.
class CommunityId {
 public:
  /// `seed` sets a domain apart; all tools default to 0.
  explicit CommunityId(std::uint16_t seed = 0) : seed_(seed) {}

  /// "1:" and 28 characters; valid until the next call.  The order of the ends
  /// does not matter.
  std::string_view operator()(const Endpoint& a, const Endpoint& b,
                              std::uint8_t ip_protocol);

 private:
  std::uint16_t seed_;
  std::array<char, 30> text_{};
};

}  // namespace netlat
