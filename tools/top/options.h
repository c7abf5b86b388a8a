#pragma once
// What the command line of `netlat top` asks for.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/measure/objective.h"
#include "netlat/term/grid.h"
#include "netlat/term/theme.h"
#include "tools/common/zone_options.h"

namespace netlat {

/// Where records come from: exactly one.
enum class TopSource : std::uint8_t {
  interfaces,  ///< a capture that top starts
  attach,      ///< the socket of one that runs
  file,        ///< replay
  standard_input
};

struct TopOptions {
  TopSource source = TopSource::interfaces;
  std::vector<std::string> interfaces, files;
  std::string socket;    ///< empty: where captures listen by default
  std::string recorder;  ///< directory of the capture's; empty: it has none
  ZoneOptions zones;
  std::vector<Objective> objectives;
  std::string where, view = "overview";
  std::size_t window = 1;  ///< index of kWindows
  double speed = 1;
  bool once = false;
  bool report_on_exit = false;
  std::optional<GridSize> size;  ///< of --once
  std::optional<ColourDepth> colours;
  std::optional<bool> utf8;
  Background background = Background::dark;
};

/// The options, or the exit status where help, the version or an error has
/// been printed already.
std::variant<TopOptions, int> parse_top_options(int argc, char** argv);

}  // namespace netlat
