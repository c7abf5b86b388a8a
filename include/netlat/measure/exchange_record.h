#pragma once
// One question and its answer, other than a TCP turn: what the `exchange`
// record says and the table of servers adds up.

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/base/time.h"
#include "netlat/flow/dns_timer.h"
#include "netlat/flow/icmp_echo_timer.h"
#include "netlat/flow/quic_timer.h"
#include "netlat/flow/tls_timer.h"
#include "netlat/measure/flow_record.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// What was asked, and which time is added up by server.
enum class ExchangeKind : std::uint8_t {
  dns,        ///< first copy of the query to the answer, over UDP
  tls,        ///< ClientHello to ServerHello less the network's share
  quic,       ///< a half of the handshake, or a turn of the spin bit
  icmp_echo,  ///< last copy of the request to the reply
};

enum class ExchangeOutcome : std::uint8_t {
  answered,
  failed,      ///< answered with an error: a DNS code but 0 and 3
  unanswered,  ///< until the timer that watched for it gave up
};

/// Absent values do not exist for the kind, or were not seen.
struct ExchangeRecord {
  ExchangeKind kind = ExchangeKind::dns;
  std::uint32_t vantage = 0;
  IpAddress client, server;
  Port client_port = 0, server_port = 0;  ///< 0 for ICMP
  std::optional<std::uint64_t> flow;      ///< FlowRecord::id; TLS
  std::optional<std::uint16_t> id;        ///< DNS, ICMP echo
  std::optional<std::uint16_t> sequence;  ///< ICMP echo
  /// Untrusted; the name asked for (DNS) or the server name (TLS).  Borrowed
  /// from what the record was made of.
  std::string_view name;
  std::optional<std::uint16_t> query_type;  ///< DNS
  Stamp start;                              ///< first copy of the question
  ExchangeOutcome outcome = ExchangeOutcome::answered;
  std::optional<std::uint8_t> code;      ///< DNS response code
  std::optional<std::uint32_t> retries;  ///< copies after the first
  RttSpan span = RttSpan::server_half;
  std::optional<QuicRttClass> rtt_class;  ///< TLS and QUIC
  /// Which of several packets was answered is not known and matters.
  bool ambiguous = false;
  std::optional<Nanos> elapsed;  ///< first copy to answer
  std::optional<Nanos> rtt;      ///< last copy to answer
  std::optional<Nanos> service;  ///< the same less the network's share
};

ExchangeRecord exchange_record(const DnsAnswer& answer, Stamp now);
ExchangeRecord exchange_record(const DnsUnanswered& question);
ExchangeRecord exchange_record(const EchoReply& reply, Stamp now);
ExchangeRecord exchange_record(const EchoUnanswered& request);
/// `ended` is the datagram that gave the sample, sent in direction `dir`.
ExchangeRecord exchange_record(const QuicSample& sample, Dir dir,
                               const Segment& ended);
/// None if either hello was not captured.  Requires: `flow` has TLS.
std::optional<ExchangeRecord> exchange_record(const TlsHandshake& tls,
                                              const FlowRecord& flow);

}  // namespace netlat
