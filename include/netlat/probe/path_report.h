#pragma once
// What probing one target brought, before it is judged.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/time.h"
#include "netlat/measure/exponential_histogram.h"
#include "netlat/probe/icmp_extension.h"
#include "netlat/probe/mtr_statistics.h"
#include "netlat/probe/plan.h"
#include "netlat/probe/rewrite.h"
#include "netlat/probe/rtt_statistics.h"

namespace netlat {

enum class AnswerKind : unsigned char {
  time_exceeded,
  reached,      ///< the target itself: echo reply, port closed, SYN-ACK, RST
  unreachable,  ///< someone says the target cannot be reached
  too_big,      ///< the probe exceeds a link's MTU
};

/// Who stamped the two ends of a round trip: the kernel or this program.
enum class StampLevel : unsigned char { kernel, arrival_only, program };

/// What became of one probe.
struct ProbeOutcome {
  Nanos sent{0};  ///< steady clock
  std::uint32_t round = 0;
  bool answered = false;
  Nanos rtt{0};  ///< of an answer in time
};

/// Probes of one lane to one TTL that one address answered, or nobody.
struct HopSeries {
  std::uint16_t lane = 0;
  std::uint8_t ttl = 0;
  std::uint32_t epoch = 0;  ///< rises when the lane's route changes
  std::optional<IpAddress> address;
  AnswerKind kind = AnswerKind::time_exceeded;  ///< of the last answer
  std::uint8_t type = 0, code = 0;              ///< of the last ICMP error
  std::uint32_t mtu = 0;                        ///< that a too_big told last
  /// sent = answered + late + expired + those still on their way.
  std::uint64_t sent = 0, answered = 0, late = 0, expired = 0;
  std::uint64_t kernel_stamped = 0;    ///< answers timed by the kernel alone
  RttStatistics rtt;                   ///< of answers in time and late ones
  MtrStatistics mtr;                   ///< the same as mtr counts
  std::vector<ProbeOutcome> outcomes;  ///< the last ones, in no order
  IcmpExtension extension;             ///< of the last answer that had one
  std::optional<std::uint8_t> reply_ttl;
  /// Answers in a row that had this TTL.
  std::uint32_t same_reply_ttl = 0;
  /// What the target answers, or not, to a lane that was found by UDP beside
  /// lanes of ICMP: it limits that, and none of it is in the target's row.
  bool aside = false;
  /// How the last quote differed from what was sent; nullopt: none was seen.
  std::optional<Rewrite> rewrite;
};

enum class PathEventKind : unsigned char {
  route_change,  ///< of a lane
  way_found,     ///< a lane was added that goes another way
};

struct PathEvent {
  PathEventKind kind = PathEventKind::route_change;
  Nanos wall{0};  ///< since the Unix epoch
  std::uint16_t lane = 0;
  std::uint8_t ttl = 0;     ///< the first hop that differs
  std::uint32_t epoch = 0;  ///< that begins; a lane that is found: 0
  std::optional<IpAddress> before;
  IpAddress after;
};

struct LaneReport {
  IpAddress source;
  Port source_port = 0;  ///< ICMP: the identifier
  std::uint32_t epoch = 0;
  std::optional<std::uint8_t> distance;  ///< TTL that reaches the target
  bool discovered = false;               ///< found, not asked for
  /// Of its probes; UDP where ways beside those of ICMP were found.
  ProbeProtocol protocol = ProbeProtocol::icmp;
  bool in_use = false;  ///< by a connection, beside which probes were sent
};

/// How far the search for further ways is.
struct ExplorationReport {
  std::uint32_t flows = 0;    ///< whose way is known, lanes included
  std::uint32_t missing = 0;  ///< about so many more are needed
  bool complete = false;      ///< the stopping rule holds for every router
  bool stopped = false;       ///< no more flows can be opened or shown
};

/// Of the echoes beside probes by UDP; what is still on its way is not in it.
struct EchoReport {
  std::uint64_t answered = 0, late = 0, expired = 0;
};

/// What became of the probes to the target, at the distance it had then.
/// Never less, through changes of route and new beginnings of the counts.
struct TargetTotals {
  std::uint64_t answered = 0;  ///< in time
  std::uint64_t given_up = 0;
  std::uint64_t late = 0;    ///< answered after they were given up
  ExponentialHistogram rtt;  ///< of answers in time and late ones
};

struct PathReport {
  ProbePlan plan;
  std::vector<LaneReport> lanes;
  /// In no order; those of a lane beyond its distance are left out, and those
  /// of routes that changed more than 32 times since.
  std::vector<HopSeries> series;
  /// The last 32 of each lane, in order of time.
  std::vector<PathEvent> events;
  std::optional<ExplorationReport> exploration;  ///< if asked for
  TargetTotals target;
  /// With UDP, where ICMP is permitted.
  std::optional<EchoReport> echo;
  std::uint64_t sent = 0;       ///< probes, discovery included
  std::uint64_t strangers = 0;  ///< answers that belong to no probe
  std::uint64_t send_failures = 0;
  int send_error = 0;            ///< errno of the last of them
  Nanos started{0}, elapsed{0};  ///< wall clock; duration
  bool complete = false;         ///< false: stopped from outside
};

}  // namespace netlat
