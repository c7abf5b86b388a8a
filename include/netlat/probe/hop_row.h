#pragma once
// The hops of a path, judged.
//
// Problem: a router that answers slowly or seldom still forwards; what it does
// not answer is no loss of the path.
// Method, for each hop over the lanes that pass it: forwarding loss at a hop
// cannot exceed the loss seen at any later hop, so the least loss from here on
// bounds it.  Where a hop's own loss is higher beyond doubt (99 % intervals do
// not overlap), or a token bucket explains its silences, the hop limits its
// answers; asking more slowly decides where neither does.  Loss that later
// hops share begins where the bound first rises.
// The target is judged by echo, SYN-ACK, RST or version negotiation; a closed
// UDP port is reported by an ICMP error, which is limited like any other, and
// the target then judged by echoes beside the probes.  Of hops before it
// nothing is said to be lost if these lose nothing.
// The way back: senders begin with a TTL of 64, 128 or 255, so what is missing
// to the next of these is the number of hops back.  Bias: a router inside an
// MPLS tunnel may send its answer to the tunnel's end first, and a TTL may be
// set on the way; five answers in a row must agree.
// Growth: the least median round trip from a hop on, less that of the hop
// before, per lane, so that a router slow to answer for itself is not blamed.

#include <cstdint>
#include <optional>
#include <vector>

#include "netlat/probe/limiter_fit.h"
#include "netlat/probe/loss_interval.h"
#include "netlat/probe/path_report.h"
#include "netlat/probe/rate_response.h"

namespace netlat {

/// What echoes beside the probes lost; nullopt: there are none, or the target
/// answers none.
std::optional<LossInterval> echo_loss(const PathReport& report);

/// Whether the target's silence tells of lost probes: not where it answers by
/// ICMP errors or beside the traffic of a connection.
bool target_counts(const PathReport& report);

enum class HopVerdict : unsigned char {
  ok,            ///< nothing missing that matters to the path
  loss,          ///< probes are lost on the way here, or before
  icmp_limited,  ///< answers are missing, probes are not
  return_path,   ///< answers seem lost on a longer way back
  unjudged,      ///< answers are missing, and nothing tells why
  silent,        ///< never answered
};

/// How much longer the round trip is than at the hop before.
struct RttGrowth {
  Nanos added{0};
  Nanos uncertainty{0};  ///< half of a 95 % interval
};

struct HopRow {
  std::uint8_t ttl = 0;
  std::optional<IpAddress> address;
  bool former = false;  ///< of a route that has changed since
  std::uint32_t epoch = 0;
  std::vector<std::uint16_t> lanes;
  AnswerKind kind = AnswerKind::time_exceeded;
  std::uint8_t type = 0, code = 0;  ///< of the last ICMP error
  std::uint64_t sent = 0, answered = 0, late = 0, expired = 0;
  RttStatistics rtt;
  MtrStatistics mtr;  ///< of the last of its lanes
  HopVerdict verdict = HopVerdict::silent;
  LossInterval own;  ///< answers that are missing
  /// Loss of the path up to here; nullopt: cannot be told.
  std::optional<LossInterval> path;
  std::optional<LimiterFit> limiter;
  /// Of a plan with `explain`, where answers were missing.
  std::optional<RateResponse> response;
  std::optional<RttGrowth> growth;
  bool loss_begins = false;  ///< the first of the hops with loss
  bool adds_most = false;    ///< beyond its uncertainty
  IcmpExtension extension;
  std::optional<std::uint8_t> reply_ttl;
  /// Hops its answers come over, guessed from their TTL; nullopt while that
  /// varies.
  std::optional<unsigned> return_hops;
  /// nullopt: no quote was seen.
  std::optional<Rewrite> rewrite;
};

/// Whether the answers take a longer or shorter way than the probes, by two
/// hops or more.
bool asymmetric(const HopRow& row);

/// Whether the lane's route has left the series behind.  A hop before the
/// first that changed stays current through epochs.
bool is_former(const PathReport& report, const HopSeries& series);

/// By TTL, former routes first.
std::vector<HopRow> judge_hops(const PathReport& report);

/// The row of the target on the present route; null if nothing reached it.
/// Where lanes differ in length, the one most of them use.
const HopRow* target_row(const std::vector<HopRow>& rows);

/// What the target answered to one lane on its present route; null if nothing.
/// Valid as long as `report`.
const HopSeries* lane_end(const PathReport& report, std::uint16_t lane);

/// A name for the sequence of addresses a lane passes: 48 bits, so that it can
/// be drawn as a number.
std::uint64_t path_id(const PathReport& report, std::uint16_t lane);

}  // namespace netlat
