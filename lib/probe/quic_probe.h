#pragma once
// QUIC probes: a packet that any QUIC server answers without knowing who asks.
//
// Problem: UDP to a port tells nothing of a QUIC server, which drops what it
// does not understand, and the ICMP errors of a closed port are limited.
// Method: a long header of a version that is reserved to force negotiation
// (RFC 9000, 15).  A server that is given such a version, in a datagram of at
// least 1200 octets, answers with the versions it has (RFC 8999, 6) and with
// both connection IDs, which carry the probe's cookie.  Nothing is encrypted
// and no state is left.
// Bias: a server may limit how many it answers (RFC 9000, 6.1), and one behind
// a firewall that wants version 1 is silent.

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/probe/probe_payload.h"

namespace netlat {

/// The least UDP payload that a server answers.
inline constexpr std::size_t kLeastQuic = 1200;

/// The payload of a QUIC probe, whose checksum is that of make_datagram().
/// Requires: length >= kLeastQuic.
std::vector<std::uint8_t> make_quic(std::uint64_t cookie, std::size_t length);

/// The cookie of a probe as quoted; nullopt if it is none, or cut before it.
std::optional<std::uint64_t> read_quoted_quic(Bytes payload);

/// The cookie that a Version Negotiation packet gives back; nullopt if it is
/// no such packet, or the answer to none of ours.
std::optional<std::uint64_t> read_version_negotiation(Bytes payload);

}  // namespace netlat
