#pragma once
// What the command line of `netlat zones` asks for.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/time.h"
#include "netlat/zone/zone_import.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {

struct MapOptions {
  std::vector<std::string> files;  ///< maps; "-" is standard input
  ZoneMapOptions reading;
  bool json = false;
  bool quiet = false;  ///< no warnings
};

struct ShowOptions {
  MapOptions map;
  std::vector<IpAddress> addresses;
  Stamp at;
};

struct LintOptions {
  MapOptions map;
};

struct ImportOptions {
  std::vector<std::string> files;  ///< documents; "-" is standard input
  std::string output = "-";        ///< "-" is standard output
  bool append = false;
  bool quiet = false;
  ZoneImportOptions import;
};

using ZonesCommand = std::variant<ShowOptions, LintOptions, ImportOptions>;

/// The options, or the exit status where help, the version or an error has
/// been printed already.
std::variant<ZonesCommand, int> parse_options(int argc, char** argv);

}  // namespace netlat
