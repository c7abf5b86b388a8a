#pragma once
// What to probe, and how.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "netlat/base/address.h"
#include "netlat/base/result.h"
#include "netlat/base/time.h"

namespace netlat {

enum class ProbeProtocol : unsigned char { icmp, udp, tcp, quic };

/// "ICMP", "UDP", "TCP" or "QUIC".
const char* protocol_name(ProbeProtocol protocol);

/// Rounds of a plan that is to go on until it is stopped.
inline constexpr std::uint32_t kEndless = 1'000'000'000;
inline constexpr unsigned kMostLanes = 64;
inline constexpr unsigned kMostHops = 255;

/// One target.  All its probes of one lane look alike to every router: same
/// addresses, ports, ICMP identifier and checksum, TOS and flow label.
struct ProbePlan {
  IpAddress target;
  std::string name;  ///< as asked for; empty: the address says it all
  ProbeProtocol protocol = ProbeProtocol::icmp;
  /// Destination port; 0 with ICMP.
  Port port = 0;
  /// Source port of the first lane, the next ones follow; 0: the kernel's.
  Port source_port = 0;
  std::optional<IpAddress> source;
  /// IPv6, 20 bits; nullopt: one that the ports decide.
  std::optional<std::uint32_t> flow_label;
  /// Makes a raw socket for segments of TCP between two ports, the caller's,
  /// where a connection uses the source port already; empty: that is an error.
  std::function<Result<int>(bool v6, Port own, Port peer)> segments;
  std::string interface;  ///< empty: as the routing table says
  std::optional<std::uint32_t> mark;
  unsigned lanes = 1;          ///< 1 to kMostLanes
  std::uint8_t first_ttl = 1;  ///< 1 to max_ttl
  std::uint8_t max_ttl = 30;
  std::uint8_t dscp = 0;        ///< 0 to 63
  std::uint16_t size = 64;      ///< octets of the IP packet; TCP has its own
  std::uint32_t rounds = 10;    ///< probes a hop and lane, from 1 on
  Nanos interval{100'000'000};  ///< between rounds
  /// Probes a second for finding further ways and for the lanes found; 0: do
  /// not.
  unsigned explore = 0;
  /// With UDP: an ICMP echo a round tells the target's loss.
  bool echoes = false;
  /// Ask hops with missing answers again after that, rate_response.h says how.
  bool explain = false;
};

}  // namespace netlat
