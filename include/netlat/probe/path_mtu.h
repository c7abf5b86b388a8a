#pragma once
// The largest packet that passes a path unfragmented.
//
// Problem: a packet too big for a link vanishes; the router before the link
// should say so and how much would pass (RFC 1191, 8201), but many say nothing,
// and some say 0.
// Method: how far small packets get is the measure.  The interface's MTU is
// tried first, then whatever a router says passes, each until packets get as
// far as small ones.  Where big ones vanish without a word, and small ones sent
// after them do not, there is a black hole behind the last hop that answers the
// big ones: the largest size that passes it is found by bisection.
// Bias: with ICMP a target's answer is as big as the question, so the way back
// counts too.  Cost: a few probes a hop and size; with a black hole about ten
// sizes.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/probe/path_report.h"

namespace netlat {

/// A router said that no more than `to` octets pass.
struct MtuStep {
  std::uint8_t ttl = 0;  ///< its distance
  IpAddress by;
  std::uint32_t from = 0, to = 0;
};

struct BlackHole {
  std::uint8_t after = 0;  ///< TTL of the last hop that answers big packets
  std::optional<IpAddress> hop;
  std::uint32_t lost = 0;  ///< the least size that is known to vanish
};

struct PathMtu {
  std::uint32_t first = 0;   ///< size tried first
  std::uint32_t mtu = 0;     ///< passes; 0: not known
  std::uint8_t reaches = 0;  ///< TTL that answers packets of that size
  bool target = false;       ///< which is the target's
  std::vector<MtuStep> steps;
  std::optional<BlackHole> black_hole;
};

/// How far packets of one size get.
struct MtuTrial {
  std::uint8_t deepest = 0;  ///< TTL of the last hop or target that answers
  bool target = false;
  std::optional<IpAddress> hop;    ///< at `deepest`
  std::optional<MtuStep> too_big;  ///< `from` is not set
};

/// What a report of probes of one size says of it.
MtuTrial mtu_trial(const PathReport& report);

/// `attempt` sends packets of a size and says how far they get; `pause` waits
/// for rate limits to recover.  Sizes are of whole IP packets.
Result<PathMtu> find_path_mtu(
    std::uint32_t first, std::uint32_t least,
    const std::function<Result<MtuTrial>(std::uint32_t size)>& attempt,
    const std::function<void()>& pause);

/// The MTU of the interface that has the address; 0 if none has.
std::uint32_t interface_mtu(const IpAddress& address);

}  // namespace netlat
