#pragma once
// What the command line asks for.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/probe/plan.h"
#include "netlat/publish/listen_address.h"
#include "tools/common/text_options.h"
#include "tools/common/zone_options.h"
#include "tools/probe/check.h"

namespace netlat {

enum class ProbeFormat : unsigned char { text, json, mtr_text, mtr_json, csv };

/// Octets of an IP packet.
inline constexpr std::uint32_t kLeastSize = 60, kMostSize = 65'000;
/// Of a QUIC probe: its least payload behind headers of IPv6 and UDP.
inline constexpr std::uint32_t kLeastQuicSize = 1248;
inline constexpr const char* kProbeTool = "netlat probe";

struct ProbeOptions {
  std::vector<std::string> targets;
  std::optional<std::string> targets_file;
  ZoneOptions zones;
  /// MaxMind DB files; empty: those that stand where they usually do.
  std::vector<std::string> mmdb;
  /// Addresses, ports and protocol of a connection to follow.
  std::optional<std::string> flow;
  /// What all targets share; its target is not set.
  ProbePlan plan;
  /// Chosen by an option, not the default.
  bool protocol_given = false;
  std::optional<bool> v4;  ///< true: IPv4 alone, false: IPv6 alone
  unsigned rate = 1000;
  std::optional<std::string> netns;
  bool names = true, quiet = false;
  bool paths = false;  ///< all the ways to the target, not its hops
  bool mtu = false;    ///< the largest packet that passes, not the hops
  /// Show the live view until it is quit.
  bool live = false;
  /// Serve metrics there until it is stopped.
  std::optional<ListenAddress> metrics;
  ProbeFormat format = ProbeFormat::text;
  TextOptions text;
  std::vector<ProbeCheck> checks;
};

/// Read what was typed; errors are of usage and name the option.
Result<void> read_interval(const std::optional<std::string>& typed,
                           ProbePlan& plan);
Result<void> read_first_ttl(const std::optional<std::string>& typed,
                            ProbePlan& plan);
Result<void> read_max_ttl(const std::optional<std::string>& typed,
                          ProbePlan& plan);
/// A SYN has none.
Result<void> read_size(const std::optional<std::string>& typed,
                       ProbePlan& plan);

/// The options, or the exit status when all is said already.
std::variant<ProbeOptions, int> parse_probe_options(int argc, char** argv);

}  // namespace netlat
