#pragma once
// What the command line of `netlat capture` asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/source/live_source.h"

namespace netlat {

struct CaptureOptions {
  std::vector<std::string> interfaces;  ///< "any" alone: all of them
  LiveOptions live;
  bool json = false;
  bool quiet = false;   ///< no line a second, no warnings
  bool strict = false;  ///< no start without a whole sandbox
  std::optional<std::size_t> top;
  std::optional<std::uint64_t> flow_memory;  ///< octets

  /// Services that an interval names in records.
  std::size_t named() const { return top.value_or(20); }
  /// Rows of each table of the closing screen.
  std::size_t rows() const { return top.value_or(5); }
};

/// The options, or the exit status where help, the version or an error has
/// been printed already.
std::variant<CaptureOptions, int> parse_capture_options(int argc, char** argv);

}  // namespace netlat
