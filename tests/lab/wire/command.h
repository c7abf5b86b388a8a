// One line of a configuration or of the control socket.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "netlat/base/result.h"
#include "tests/lab/wire/device.h"
#include "tests/lab/wire/scripts.h"
#include "tests/lab/wire/settings.h"

namespace lab {

// Names of devices; "*" is any.
struct PairPattern {
  std::string from;
  std::string to;
};

struct SeedCommand {
  uint64_t seed = 1;
};
struct HubCommand {
  std::vector<std::string> devices;
  bool point_to_point = false;  // `join`: whatever one sends the other gets
};
struct AddressCommand {
  std::string device;
  std::vector<Address> addresses;
};
struct SetCommand {
  PairPattern pairs;
  std::vector<std::string> words;
};
struct ScriptCommand {
  PairPattern pair;
  Script script;
};
struct RstCommand {
  PairPattern pair;
  std::optional<std::pair<Endpoint, Endpoint>> flow;  // none: all
};
struct ForgetCommand {
  PairPattern pair;
  int64_t idle_ns = 0;  // 0: forgets nothing any more
  bool rst = false;
};
struct MarkCommand {};
struct StatsCommand {};

using Command =
    std::variant<SeedCommand, DeviceSpec, HubCommand, AddressCommand,
                 SetCommand, ScriptCommand, RstCommand, ForgetCommand,
                 MarkCommand, StatsCommand>;

// Empty lines and comments ("# ...") have no words.
std::vector<std::string_view> split_words(std::string_view line);

// `words` is not empty.
netlat::Result<Command> parse_command(
    const std::vector<std::string_view>& words);

}  // namespace lab
