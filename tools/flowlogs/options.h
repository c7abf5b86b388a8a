#pragma once
// What the command line of `netlat flowlogs` asks for.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/common/text_options.h"
#include "tools/common/zone_options.h"

namespace netlat {

inline constexpr const char* kTool = "netlat flowlogs";

struct Options {
  std::vector<std::string> files;  ///< logs; "-" is standard input
  ZoneOptions zones;
  std::vector<std::string> with;      ///< captures, or records of analyze
  std::optional<std::string> format;  ///< of lines without a header
  std::optional<double> cost_per_gb;
  std::size_t top = 10;
  TextOptions text;
  bool json = false;
  bool quiet = false;
};

/// The options, or the exit status where help, the version or an error has
/// been printed already.
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace netlat
