#pragma once
// One flow identity on one or more sockets: sends probes, brings answers.

#include <poll.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/probe/registry.h"
#include "netlat/base/address.h"
#include "netlat/base/result.h"
#include "netlat/probe/icmp_extension.h"
#include "netlat/probe/path_report.h"
#include "netlat/probe/plan.h"
#include "netlat/probe/rewrite.h"

namespace netlat {

struct Answer {
  std::uint64_t probe = 0;  ///< number in the registry
  bool late = false;        ///< after its probe was given up
  AnswerKind kind = AnswerKind::time_exceeded;
  IpAddress from;
  std::uint8_t type = 0, code = 0;  ///< of the ICMP message; 0 for TCP
  std::uint32_t mtu = 0;            ///< with too_big
  std::optional<std::uint8_t> reply_ttl = {};
  /// What the kernel hands out of the quote's headers.
  std::optional<ProbeHead> quoted = {};
  Nanos rtt{0};
  StampLevel level = StampLevel::program;
  IcmpExtension extension = {};
};

/// The moment on both clocks.
struct Instant {
  Nanos steady{0}, wall{0};
  static Instant now();
};

class Lane {
 public:
  virtual ~Lane() = default;

  /// Sends one probe and records it in the registry, where it is the newest;
  /// false if the host refuses: error() says why.  Requires: !busy().
  virtual bool send(std::uint8_t ttl, std::uint32_t round,
                    std::uint32_t series) = 0;
  /// Another probe of the lane has to be answered or given up first.
  virtual bool busy() const = 0;
  /// Appends what has come in; never waits.
  virtual void receive(std::vector<Answer>& out) = 0;
  /// The probe was given up.
  virtual void give_up(const SentProbe& probe) = 0;
  /// Answers are timed by when receive() is called.
  virtual bool prompt() const { return false; }
  /// What to wait for.
  virtual void add_waits(std::vector<pollfd>& out) const = 0;

  /// Source address and port (ICMP: identifier) of the probes.
  IpAddress source;
  Port source_port = 0;
  /// A connection has these ports already.
  bool in_use = false;
  /// A probe is given up after that at the earliest; 0: as for any lane.
  Nanos least_patience{0};
  /// errno of the last failed send.
  int error = 0;
  /// Answers that belong to no probe: forged, twice, or of other programs.
  std::uint64_t strangers = 0;
};

/// Opens the sockets of lane `index`; permission errors have that kind.
/// `registry` must outlive the lane.
Result<std::unique_ptr<Lane>> open_datagram_lane(const ProbePlan& plan,
                                                 std::uint16_t index,
                                                 Registry& registry);
/// Beside a connection that has the lane's ports, if one has and the plan
/// tells how.
Result<std::unique_ptr<Lane>> open_tcp_lane(const ProbePlan& plan,
                                            std::uint16_t index,
                                            Registry& registry);

Result<std::unique_ptr<Lane>> open_flow_lane(const ProbePlan& plan,
                                             std::uint16_t index,
                                             Registry& registry);

}  // namespace netlat
