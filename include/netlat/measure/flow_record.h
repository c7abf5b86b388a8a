#pragma once
// One connection as it is reported: plain values, no pointers into any table.
// The fields are those of the `flow` record; docs of each are its definition.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/safe_text.h"
#include "netlat/base/time.h"
#include "netlat/flow/types.h"
#include "netlat/measure/quantiles.h"
#include "netlat/packet/segment.h"

namespace netlat {

inline constexpr std::size_t kConfidences = 4;
inline constexpr std::size_t kHandshakeOutcomes = 4;

struct HandshakeRecord {
  HandshakeOutcome outcome = HandshakeOutcome::none;
  std::optional<Nanos> server;   ///< SYN to SYN-ACK (RTT_S)
  std::optional<Nanos> client;   ///< SYN-ACK to first ACK (RTT_C)
  std::optional<Nanos> connect;  ///< first SYN to first ACK, retries included
  bool ambiguous = false;        ///< which SYN was answered is not known
  bool unreachable = false;      ///< unanswered, but for an ICMP error
  std::uint32_t syn_retransmits = 0, synack_retransmits = 0;
};

/// Counts of one direction, named for its sender.
struct DirectionRecord {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;     ///< payload, each octet once
  std::uint64_t segments = 0;  ///< wire segments with payload: super-segments
                               ///< count ceil(payload / mss)
  std::uint64_t retransmits = 0;  ///< wire segments, sum of by_cause
  std::array<std::uint64_t, kRetransmitCauses> by_cause{};
  std::uint64_t retransmitted_bytes = 0;
  std::uint64_t necessary_proven = 0, necessary_undetermined = 0,
                necessary_proven_spurious = 0;
  std::uint64_t reordered = 0, reordered_late_original = 0;
  std::uint64_t network_duplicates = 0, capture_duplicates = 0;
  std::uint64_t keepalives = 0;
  std::uint64_t zero_windows = 0;  ///< times this side closed its window
  Nanos zero_window{0};            ///< how long it stayed closed
  std::uint64_t zero_window_probes = 0;
  std::uint64_t window_full = 0;
  std::uint64_t dup_acks = 0;  ///< sent by this side (RFC 5681 sense)
  std::uint64_t lost_upstream = 0, lost_downstream = 0;
  /// Whether lost_upstream counts every packet, by IP-ID (flow/ip_id.cc).
  /// Otherwise it is what the sequence numbers prove: at least so many.
  bool lost_upstream_exact = false;
  /// The same losses by how sure that is; index: Confidence.
  std::array<std::uint64_t, kConfidences> lost_upstream_by{},
      lost_downstream_by{};
  std::uint64_t capture_gap_bytes = 0;  ///< acknowledged, never captured
  Nanos stall{0};                       ///< without ACK progress in recoveries
  std::uint64_t max_in_flight = 0;      ///< octets beyond the capture point
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;  ///< null: SYN not seen

  friend bool operator==(const DirectionRecord&,
                         const DirectionRecord&) = default;
};

/// One half of the path: capture point to `side` and back.
struct HalfRtt {
  Quantiles network;  ///< samples free of delayed ACK and think time
  Quantiles ack;      ///< all valid samples
};

struct TlsRecord {
  SafeText sni;
  std::string version;  ///< "1.2", "1.3"; empty if not seen
  bool resumed = false;
  std::optional<Nanos> network;  ///< flights in transit
  std::optional<Nanos> server;   ///< ClientHello to ServerHello less RTT
};

struct FlowRecord {
  std::uint64_t id = 0;  ///< per transport, in order of first packet, from 0
  Transport proto = Transport::tcp;
  std::uint32_t vantage = 0;
  std::vector<Encap> encap;
  IpAddress client, server;
  Port client_port = 0, server_port = 0;
  RoleConfidence role = RoleConfidence::first;
  Stamp start_time, end_time;
  std::uint64_t first_frame = 0;
  FlowStart start = FlowStart::midstream;
  FlowEnd end = FlowEnd::open;
  bool reused = false;     ///< the 4-tuple had an earlier connection
  bool one_sided = false;  ///< only one direction was captured
  /// The capture dropped packets while it lasted; nothing: not known.
  std::optional<bool> tainted;
  HandshakeRecord handshake;
  HalfRtt server_rtt, client_rtt;
  DirectionRecord c2s, s2c;
  std::uint64_t turns = 0;
  std::uint64_t turns_lossy = 0;  ///< a retransmission fell inside; not in
                                  ///< `service`
  Quantiles service;  ///< last request octet to first response octet, less
                      ///< the network's share
  Quantiles elapsed;  ///< first request octet to last response octet
  std::optional<TlsRecord> tls;
};

}  // namespace netlat
