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
// of ICMP and TCP; with CAP_NET_RAW a raw socket reads all of it.  IP
// identifications are the kernel's, which counts a socket's packets: that of
// the nearest hop that quotes is taken for what was sent (not for TCP, where
// each probe has a socket).  A quoted SYN has no mark of ours and is taken only
// from whom the kernel took an answer.  Lengths are not compared, since routers
// quote them wrongly; a checksum that a network card was to fill in is no
// difference.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "netlat/base/address.h"

namespace netlat {

/// What a TCP checksum is made of beside the pseudo header.
struct SegmentSum {
  std::uint16_t sum = 0;     ///< of all words but the checksum
  std::uint16_t length = 0;  ///< octets
};

/// Fields of a probe's headers; nullopt: not known.
struct ProbeHead {
  std::optional<IpAddress> source, target;
  std::optional<Port> source_port;  ///< ICMP: the identifier
  std::optional<Port> port;         ///< UDP and TCP
  std::optional<std::uint16_t> checksum;
  std::optional<std::uint8_t> tos;
  std::optional<std::uint16_t> ip_id;  ///< IPv4 alone
  /// What was left of it: of a quote more than 1 tells of a tunnel whose TTL
  /// another header counts, as with MPLS.
  std::optional<std::uint8_t> ttl;
  std::optional<SegmentSum> segment;  ///< of a whole SYN
};

/// As a hop quoted it last, and what of it differs from what was sent.
struct Rewrite {
  ProbeHead quoted;
  bool source = false, target = false, source_port = false, port = false;
  bool checksum = false, tos = false, ip_id = false;

  bool any() const { return translated() || tos || ip_id; }
  /// Someone translates addresses.
  bool translated() const {
    return source || target || source_port || port || checksum;
  }
  /// "source", "target", "source_port", "port", "checksum", "tos", "ip_id".
  std::vector<std::string_view> words() const;

  friend bool operator==(const Rewrite& a, const Rewrite& b) {
    return a.words() == b.words();
  }
};

/// Fields that both know and that differ; TTL and sums are not compared.
/// `partial` is the checksum of a packet whose checksum a network card was to
/// fill in.
Rewrite compare_heads(const ProbeHead& sent, const ProbeHead& quoted,
                      std::optional<std::uint16_t> partial);

}  // namespace netlat
