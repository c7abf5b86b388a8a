#pragma once
// What happened to probes on their way: their headers as routers quote them.
//
// Problem: an address translator or a policer changes probes where nobody
// says so, and what is behind it sees another flow.  Method: an ICMP error
// quotes the probe as it arrived; a field that differs from what was sent was
// rewritten before that hop (Malone and Luckie, 2007; Bermudez et al., dublin
// traceroute).
// Bias: a translator that restores what the error quotes, as Linux does,
// leaves no trace, so that nothing seen is no proof of none.  The kernel hands
// a program without privilege too little of the quote for all but the checksum
// of ICMP; with CAP_NET_RAW a raw socket reads all of it.  IP identifications
// are the kernel's and not compared; lengths are not, since routers quote them
// wrongly; a checksum that a network card was to fill in is no difference.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "netlat/base/address.h"

namespace netlat {

/// Fields of a probe's headers; nullopt: not known.
struct ProbeHead {
  std::optional<IpAddress> source, target;
  std::optional<Port> source_port;  ///< ICMP: the identifier
  std::optional<Port> port;         ///< UDP alone
  std::optional<std::uint16_t> checksum;
  std::optional<std::uint8_t> tos;
};

/// As a hop quoted it last, and what of it differs from what was sent.
struct Rewrite {
  ProbeHead quoted;
  bool source = false, target = false, source_port = false, port = false;
  bool checksum = false, tos = false;

  bool any() const {
    return source || target || source_port || port || checksum || tos;
  }
  /// Someone translates addresses: not the TOS alone.
  bool translated() const { return any() && !only_tos(); }
  /// "source", "target", "source_port", "port", "checksum", "tos".
  std::vector<std::string_view> words() const;

  friend bool operator==(const Rewrite& a, const Rewrite& b) {
    return a.words() == b.words();
  }

 private:
  bool only_tos() const {
    return tos && !source && !target && !source_port && !port && !checksum;
  }
};

/// Fields that both know and that differ.  `partial` is the checksum of a
/// packet whose checksum a network card was to fill in.
Rewrite compare_heads(const ProbeHead& sent, const ProbeHead& quoted,
                      std::optional<std::uint16_t> partial);

}  // namespace netlat
