#pragma once
// What routers attach to their ICMP errors (RFC 4884, 4950, 5837).
//
// Problem: the extension starts where a length field says, but old routers
// leave that field 0 and put it at 128 octets, and some write octets where
// words are meant.  Method: where the kernel found it by that field, else at
// 128 octets; taken if it has version 2, a checksum that is right or absent,
// and objects that end exactly where the packet does.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/bytes.h"

namespace netlat {

/// An entry of an MPLS label stack as the packet arrived with.
struct MplsLabel {
  std::uint32_t label = 0;  ///< 20 bits
  std::uint8_t traffic_class = 0;
  std::uint8_t ttl = 0;

  friend bool operator==(const MplsLabel&, const MplsLabel&) = default;
};

/// An interface of the router.
struct InterfaceInfo {
  std::uint8_t role = 0;  ///< 0 incoming, 1 sub-IP, 2 outgoing, 3 next hop
  std::optional<std::uint32_t> index, mtu;
  std::optional<IpAddress> address;
  std::string name;  ///< as the router sent it: untrusted

  friend bool operator==(const InterfaceInfo&, const InterfaceInfo&) = default;
};

struct IcmpExtension {
  std::vector<MplsLabel> labels;          ///< at most 16
  std::vector<InterfaceInfo> interfaces;  ///< at most 16

  bool empty() const { return labels.empty() && interfaces.empty(); }
  friend bool operator==(const IcmpExtension&, const IcmpExtension&) = default;
};

/// The extension at the end of `body`, the octets a socket's error queue gives.
/// `told` is where in them the kernel found it, 0 if it did not; `quoted` is
/// how many octets of the quoted packet the kernel took from the front of
/// `body`.  Empty if there is none that is well-formed.
IcmpExtension find_extension(Bytes body, std::size_t told, std::size_t quoted);

}  // namespace netlat
