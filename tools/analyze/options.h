#pragma once
// What the command line of `netlat analyze` asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/time.h"
#include "netlat/report/rank.h"
#include "tools/analyze/time_bound.h"
#include "tools/common/text_options.h"
#include "tools/common/zone_options.h"

namespace netlat {

enum class Format : std::uint8_t { text, json, csv, zone_csv };

struct Options {
  std::vector<std::string> files;  ///< "-" is standard input
  Format format = Format::text;
  bool segments = false;          ///< a record a TCP packet as well; JSON
  std::optional<Nanos> interval;  ///< records of each as well; JSON
  std::optional<Nanos> progress;  ///< of connections that go on; as above
  bool quiet = false;

  std::string filter;  ///< pcap-filter(7); empty: none
  std::string where;   ///< expression over flows; empty: none
  std::optional<TimeBound> since, until;

  SortKey sort = SortKey::p99;
  std::size_t top = 5;
  TextOptions text;

  ZoneOptions zones;
  std::optional<double> cost_per_gb;  ///< of what crosses zones

  std::optional<std::uint64_t> flow_memory;  ///< octets
  std::vector<Port> vxlan_ports;
  bool key_no_vni = false;          ///< tunnels do not set flows apart
  std::optional<Nanos> idle_split;  ///< silence that ends a connection
};

/// The options, or the exit status where help, the version or an error has
/// been printed already.
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace netlat
