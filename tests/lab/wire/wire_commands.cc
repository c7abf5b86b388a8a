#include <algorithm>
#include <utility>

#include "tests/lab/wire/wire.h"

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

Result<void> apply(Topology& topology, const SetCommand& command) {
  const auto pairs = topology.match(command.pairs);
  if (!pairs) return pairs.error();
  const std::vector<std::string_view> words(command.words.begin(),
                                            command.words.end());
  const bool reset =
      std::find(words.begin(), words.end(), "reset") != words.end();
  for (const uint32_t index : *pairs) {
    Pair& pair = topology.pair(index);
    Settings settings = pair.faults.settings();
    if (auto changed = change_settings(words, settings); !changed)
      return changed;
    pair.faults.change(settings);
    if (!reset) continue;
    pair.faults.clear_scripts();
    topology.link(pair) = {};
  }
  return {};
}

Result<void> apply(Topology& topology, const ScriptCommand& command) {
  const auto pairs = topology.match(command.pair);
  if (!pairs) return pairs.error();
  for (const uint32_t index : *pairs) {
    Pair& pair = topology.pair(index);
    if (command.script.what == Script::What::kTail &&
        pair.faults.settings().delay_ns == 0)
      return Error{"the tail of a burst shows only under delay: set " +
                   pair.name + " delay=DURATION first"};
    pair.faults.add(command.script);
  }
  return {};
}

Result<void> apply(Topology& topology, const ForgetCommand& command) {
  const auto pairs = topology.match(command.pair);
  if (!pairs) return pairs.error();
  for (const uint32_t index : *pairs)
    topology.link(topology.pair(index)) = {command.idle_ns, command.rst};
  return {};
}

Result<void> apply(Topology& topology, const SeedCommand& command) {
  return topology.seed(command.seed);
}
Result<void> apply(Topology& topology, const DeviceSpec& command) {
  return topology.add(command);
}
Result<void> apply(Topology& topology, const HubCommand& command) {
  return topology.connect(command);
}
Result<void> apply(Topology& topology, const AddressCommand& command) {
  return topology.add(command);
}

template <class OnlyLive>
Result<void> apply(Topology&, const OnlyLive&) {
  return Error{"makes sense only while packets flow"};
}

bool only_before(const Command& command) {
  return std::holds_alternative<SeedCommand>(command) ||
         std::holds_alternative<DeviceSpec>(command) ||
         std::holds_alternative<HubCommand>(command);
}

}  // namespace

Result<void> configure(Topology& topology, const Command& command) {
  return std::visit(
      [&topology](const auto& known) { return apply(topology, known); },
      command);
}

std::string Wire::execute(std::string_view line) {
  const auto words = split_words(line);
  if (words.empty()) return "error: an empty command";
  auto command = parse_command(words);
  if (!command) return "error: " + command.error().message;
  // Before it takes effect: what the command causes is logged after it.
  const int64_t time_ns = realtime_ns();
  auto reply = carry_out(*command);
  if (!reply) return "error: " + reply.error().message;
  if (!std::holds_alternative<StatsCommand>(*command))
    log_.command(time_ns, line);
  return *reply;
}

Result<std::string> Wire::carry_out(const Command& command) {
  if (std::holds_alternative<StatsCommand>(command))
    return "ok " + statistics(true);
  if (std::holds_alternative<MarkCommand>(command)) return std::string("ok");
  if (const auto* const rst = std::get_if<RstCommand>(&command))
    return reset_flows(*rst);
  if (only_before(command))
    return Error{"can only stand in the configuration file"};
  if (auto done = configure(topology_, command); !done)
    return std::move(done.error());
  release_what_is_no_longer_held();
  return std::string("ok");
}

void Wire::release_what_is_no_longer_held() {
  for (Pair& pair : topology_.pairs())
    if (!pair.faults.settings().hold) release_held(pair);
  release_due();
}

}  // namespace lab
