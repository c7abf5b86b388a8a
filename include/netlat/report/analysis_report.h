#pragma once
// Everything the text answer of `analyze` says, as plain values.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/safe_text.h"
#include "netlat/measure/exchange_table.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/icmp_error_table.h"
#include "netlat/report/capture_json.h"
#include "netlat/report/zone_report.h"

namespace netlat {

/// Loss over both directions of some connections.
struct LossCounts {
  std::uint64_t segments = 0;     ///< wire segments with payload
  std::uint64_t retransmits = 0;  ///< wire segments sent again
  std::uint64_t needless = 0;     ///< proven spurious
  /// Transmissions lost between the capture point and that side.
  std::uint64_t lost_server_side = 0, lost_client_side = 0;
  /// The best evidence of any of them; none: not known.
  Confidence confidence = Confidence::none;
};

/// One server address and port with all its connections.
struct ServiceRow {
  IpAddress server;  ///< unspecified: all that did not get a row of their own
  Port port = 0;
  SafeText name;  ///< server name most clients asked for; may be empty
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;  ///< turns
  HalfRtt server_rtt, client_rtt;
  Quantiles service;
  Quantiles connect;  ///< first SYN to first ACK, retries included
  LossCounts loss;
  std::uint64_t refused = 0, unanswered = 0;  ///< connects that failed
};

/// All exchanges of one kind with one server.
struct ExchangeRow {
  ExchangeKind kind = ExchangeKind::dns;
  IpAddress server;  ///< unspecified: all that did not get a row of their own
  Port port = 0;     ///< 0 for ICMP
  std::uint64_t asked = 0;
  std::uint64_t unanswered = 0;                 ///< DNS and ICMP echo
  std::uint64_t failed = 0;                     ///< DNS: answered with an error
  std::array<Quantiles, kExchangeTimes> times;  ///< index: ExchangeTime

  const Quantiles& operator[](ExchangeTime t) const {
    return times[static_cast<std::size_t>(t)];
  }
};

/// ICMP errors of one kind from one router or host.
struct IcmpErrorRow {
  IpAddress from;  ///< unspecified: all that did not get a row of their own
  IcmpError error;
  std::uint64_t count = 0;
  std::size_t flows = 0;  ///< named in them; DistinctCount::kMost: or more
  Stamp first, last;
};

struct AnalysisReport {
  std::vector<CaptureRecord> files;
  std::size_t vantages = 1;   ///< capture points of what was measured
  std::string filter, where;  ///< as given, untrusted; empty: none
  std::string since, until;   ///< likewise

  std::uint64_t connections = 0;  ///< TCP
  std::uint64_t one_sided = 0;    ///< of these, one direction captured
  /// Pairs of these that are halves of one connection (parted_halves.h).
  std::uint64_t parted_by_tunnel = 0, parted_by_vantage = 0;
  std::uint64_t evicted = 0;            ///< ended by the memory cap
  std::uint64_t capture_gap_bytes = 0;  ///< acknowledged, never captured

  std::vector<ServiceRow> services;  ///< in the order to show
  std::optional<ZoneReport> zones;   ///< none without a zone map
  std::vector<ExchangeRow> exchanges;
  std::vector<IcmpErrorRow> icmp_errors;
  std::vector<FlowRecord> worst;  ///< in the order to show
  std::uint64_t ranked = 0;       ///< connections the worst were chosen from
  std::string worst_by = "p99 network RTT";
  bool interrupted = false;  ///< Ctrl-C ended the reading
};

}  // namespace netlat
