#pragma once
// How records spell each enumerator.  Text output, CSV, JSON, the schema and
// filters all take the words from here.

#include <array>
#include <string_view>

#include "netlat/flow/types.h"
#include "netlat/measure/exchange_record.h"
#include "netlat/measure/flow_record.h"

namespace netlat {

template <class E>
struct Words;  // Words<E>::list holds the spellings in enumerator order

template <>
struct Words<Transport> {
  static constexpr std::array<std::string_view, 5> list = {"tcp", "udp", "icmp",
                                                           "icmp6", "other"};
};
template <>
struct Words<Dir> {
  static constexpr std::array<std::string_view, 2> list = {"c2s", "s2c"};
};
template <>
struct Words<RoleConfidence> {
  static constexpr std::array<std::string_view, 4> list = {"syn", "synack",
                                                           "port", "first"};
};
template <>
struct Words<FlowStart> {
  static constexpr std::array<std::string_view, 2> list = {"syn", "midstream"};
};
template <>
struct Words<FlowEnd> {
  static constexpr std::array<std::string_view, 5> list = {"fin", "rst", "idle",
                                                           "evicted", "open"};
};
template <>
struct Words<HandshakeOutcome> {
  static constexpr std::array<std::string_view, 4> list = {
      "established", "refused", "timeout", "none"};
};
template <>
struct Words<SegmentClass> {
  static constexpr std::array<std::string_view, 12> list = {
      "new",
      "retransmission",
      "late_fill",
      "reordered",
      "reordered_late_original",
      "network_duplicate",
      "capture_duplicate",
      "keepalive",
      "zero_window_probe",
      "pure_ack",
      "handshake",
      "reset"};
};
template <>
struct Words<RetransmitCause> {
  static constexpr std::array<std::string_view, kRetransmitCauses> list = {
      "syn_timer", "persist",    "fast",  "timeout_recovery", "tlp",
      "rto",       "tlp_or_rto", "pmtud", "unknown"};
};
template <>
struct Words<LossPlace> {
  static constexpr std::array<std::string_view, 3> list = {"none", "upstream",
                                                           "downstream"};
};
template <>
struct Words<Necessity> {
  static constexpr std::array<std::string_view, 3> list = {
      "undetermined", "proven", "proven_spurious"};
};
template <>
struct Words<Confidence> {
  static constexpr std::array<std::string_view, 4> list = {"none", "weak",
                                                           "strong", "proof"};
};
template <>
struct Words<ExchangeKind> {
  static constexpr std::array<std::string_view, 4> list = {"dns", "tls", "quic",
                                                           "icmp_echo"};
};
template <>
struct Words<ExchangeOutcome> {
  static constexpr std::array<std::string_view, 3> list = {"answered", "failed",
                                                           "unanswered"};
};
template <>
struct Words<RttSpan> {
  static constexpr std::array<std::string_view, 3> list = {"client", "server",
                                                           "end_to_end"};
};
template <>
struct Words<QuicRttClass> {
  static constexpr std::array<std::string_view, 2> list = {"handshake", "spin"};
};
template <>
struct Words<RttClass> {
  static constexpr std::array<std::string_view, 7> list = {
      "handshake", "pure",           "piggyback",    "sack",
      "timestamp", "delack_suspect", "think_suspect"};
};

/// The spelling of one value.
template <class E>
constexpr std::string_view word(E value) {
  return Words<E>::list[static_cast<std::size_t>(value)];
}

}  // namespace netlat
