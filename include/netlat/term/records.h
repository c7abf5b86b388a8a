#pragma once
// Records of netlat's other tools as a screen needs them.  All text in them is
// SafeText already; see `netlat schema` for what each value means.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/measure/flow_record.h"
#include "netlat/measure/traffic_counts.h"
#include "netlat/term/packed_histogram.h"

namespace netlat {

/// Quantiles in half the room: whole ns, none negative, to seven digits.
struct BriefTimes {
  std::uint32_t n = 0;
  float min = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0;

  static BriefTimes of(const Quantiles& q);
  Quantiles quantiles() const;
  friend bool operator==(const BriefTimes&, const BriefTimes&) = default;
};

/// What a service, a pair of zones or everything did in some time.
struct Traffic {
  PackedHistogram server_rtt, client_rtt, service;
  TrafficCounts counts;
  bool tainted = false;
};

struct IntervalRecord : Traffic {
  Stamp start, end;
  std::string client_zone, server_zone;  ///< empty: not known
  std::string server;  ///< address:port; empty: what has no row of its own
  /// The matrix of a whole capture, not what happened in one interval.
  bool whole_run = false;
  std::uint64_t dropped = 0;  ///< by kernel and devices, of any service
};

struct FlowDirection {
  std::uint64_t packets = 0, bytes = 0, capture_gap_bytes = 0;
  Nanos zero_window{0}, stall{0};
  std::array<std::uint32_t, kRetransmitCauses> by_cause{};
  std::uint32_t segments = 0, retransmits = 0, spurious = 0, lost_upstream = 0,
                lost_downstream = 0, reordered = 0, dup_acks = 0,
                zero_windows = 0, max_in_flight = 0;
  std::optional<std::uint16_t> mss;

  friend bool operator==(const FlowDirection&, const FlowDirection&) = default;
};

struct FlowRow {
  std::uint64_t id = 0;
  Transport proto = Transport::tcp;
  FlowEnd end = FlowEnd::open;
  FlowStart start = FlowStart::midstream;
  HandshakeOutcome outcome = HandshakeOutcome::none;
  std::uint32_t syn_retransmits = 0, synack_retransmits = 0;
  bool one_sided = false;
  IpAddress client, server;
  Port client_port = 0, server_port = 0;
  Stamp start_time, end_time;
  std::string sni, client_zone, server_zone;
  std::optional<Nanos> connect;
  BriefTimes server_rtt, server_ack, client_rtt, client_ack, service, elapsed;
  std::uint64_t turns = 0;
  FlowDirection c2s, s2c;

  /// What filters are written for.
  FlowRecord flow_record() const;
  friend bool operator==(const FlowRow&, const FlowRow&) = default;
};

/// The other half is that host alone, or was not measured (shown_half.h).
const BriefTimes& shown_rtt_of(const FlowRow& flow);

struct CaptureInfo {
  std::string source;  ///< interfaces, or the file
  std::uint64_t packets = 0;
  std::optional<Stamp> first, last;
};

/// An objective was broken, or is kept again.
struct AlertRecord {
  Stamp time;
  std::string where, what;
  std::vector<std::string> evidence;
  bool broken = false;
};

/// A finding with its evidence, or a route that changed.
struct NoticeRecord {
  Stamp time;
  std::string where, what;
  std::vector<std::string> evidence;
};

/// A file of the flight recorder, or why there is none.
struct RecordingNote {
  Stamp time;  ///< when it was whole, of the clock of that machine
  std::string file, problem;
};

struct ProblemRecord {
  std::string message;
};

struct EndRecord {
  std::uint64_t packets = 0, flows = 0;
};

/// One hop of a path, of a probe.
struct HopLine {
  unsigned ttl = 0;
  std::string address, name, zone, verdict;
  std::uint64_t sent = 0, answered = 0;
  BriefTimes rtt;
  std::optional<Nanos> adds;
};

/// The verdict on one packet of a connection.
struct SegmentRow {
  Stamp time;
  std::uint64_t flow = 0;  ///< FlowRow::id
  Dir dir = Dir::c2s;
  std::uint32_t length = 0;  ///< payload octets
  SegmentClass what = SegmentClass::pure_ack;
  std::optional<RetransmitCause> cause;  ///< of one that was sent again
  bool closes_window = false;            ///< and so stops the other side
  /// Since the packet it answers, of the half towards who sends it; nothing if
  /// that counts as no network round trip.
  std::optional<Nanos> rtt;
  std::optional<Nanos> service, elapsed;  ///< as in the record
};

using Record =
    std::variant<std::monostate, IntervalRecord, FlowRow, CaptureInfo,
                 AlertRecord, NoticeRecord, ProblemRecord, EndRecord, HopLine,
                 SegmentRow, RecordingNote>;

}  // namespace netlat
