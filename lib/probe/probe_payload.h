#pragma once
// The octets of a probe, and how they are known again.
//
// Problem: an answer quotes the probe, sometimes only its first eight octets,
// and anybody may send packets that look like answers.  Routers meanwhile
// balance load by what lies in those first octets, the ICMP checksum included,
// so nothing there may vary but the ICMP sequence number.
// Method: each probe carries a cookie of 64 random bits and, behind it, two
// octets that make the sum of everything constant, so all probes of a lane
// have one checksum (Augustin et al., Paris traceroute, 2006).

#include <cstdint>
#include <optional>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/bytes.h"
#include "netlat/probe/rewrite.h"

namespace netlat {

/// What a quote or an echo reply says about the probe it answers.
struct ProbeMark {
  std::optional<std::uint16_t> sequence;    ///< ICMP alone
  std::optional<std::uint16_t> identifier;  ///< ICMP alone
  std::optional<std::uint64_t> cookie;      ///< nullopt: too little quoted
};

inline constexpr std::size_t kIcmpHeader = 8;
inline constexpr std::size_t kUdpHeader = 8;
/// Cookie and compensation.
inline constexpr std::size_t kLeastPayload = 10;

/// An echo request of `length` octets.  The kernel puts its own identifier
/// and checksum in where the socket is a ping socket.
/// Requires: length >= kIcmpHeader + kLeastPayload.
std::vector<std::uint8_t> make_echo(bool v6, std::uint16_t identifier,
                                    std::uint16_t sequence,
                                    std::uint64_t cookie, std::size_t length);

/// The payload of a UDP probe.  Requires: length >= kLeastPayload.
std::vector<std::uint8_t> make_datagram(std::uint64_t cookie,
                                        std::size_t length);

/// Puts at `at` what makes all words of the payload of a UDP probe add up to
/// the constant.  Requires: `at` is even, and two octets are zero there.
void compensate(std::vector<std::uint8_t>& payload, std::size_t at);

/// The checksum that all such echo requests or datagrams of `length` octets,
/// UDP header included, have.  `partial` is what a packet carries whose
/// checksum a network card is to fill in (UDP and TCP).
struct ProbeChecksum {
  std::uint16_t whole = 0;
  std::optional<std::uint16_t> partial = {};
};
ProbeChecksum echo_checksum(const IpAddress& source, const IpAddress& target,
                            std::uint16_t identifier, std::size_t length);
ProbeChecksum datagram_checksum(const IpAddress& source,
                                const IpAddress& target, Port source_port,
                                Port port, std::size_t length);

/// That of a TCP segment.
ProbeChecksum segment_checksum(const IpAddress& source, const IpAddress& target,
                               const SegmentSum& segment);
/// One's complement.
std::uint16_t fold_sum(std::uint32_t sum);

/// An echo request as quoted, from its ICMP header on; nullopt if it is none.
std::optional<ProbeMark> read_quoted_echo(bool v6, Bytes quote);
/// An echo reply from its ICMP header on; nullopt if it is none.
std::optional<ProbeMark> read_echo_reply(bool v6, Bytes packet);
/// The payload of a UDP or QUIC probe as quoted; too little of it has no
/// cookie.
ProbeMark read_quoted_datagram(Bytes payload);

}  // namespace netlat
