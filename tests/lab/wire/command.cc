#include "tests/lab/wire/command.h"

#include <algorithm>
#include <array>
#include <span>

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;
using Words = std::span<const std::string_view>;

Error usage(std::string_view form) {
  return Error{"expected: " + std::string(form)};
}

Result<PairPattern> parse_pair(std::string_view text) {
  const size_t arrow = text.find('>');
  if (arrow == std::string_view::npos || arrow == 0 || arrow + 1 == text.size())
    return Error{"'" + std::string(text) + "': expected FROM>TO"};
  return PairPattern{std::string(text.substr(0, arrow)),
                     std::string(text.substr(arrow + 1))};
}

// "nth=20": the value, if the word has this key.
std::optional<std::string_view> value_of(std::string_view word,
                                         std::string_view key) {
  if (!word.starts_with(key) || word.size() == key.size() ||
      word[key.size()] != '=')
    return std::nullopt;
  return word.substr(key.size() + 1);
}

std::vector<std::string> copies(Words words) {
  return {words.begin(), words.end()};
}

Result<Command> parse_seed(Words words) {
  const auto seed = words.size() == 1 ? parse_integer(words[0]) : std::nullopt;
  if (!seed || *seed < 0) return usage("seed NUMBER");
  return Command{SeedCommand{static_cast<uint64_t>(*seed)}};
}

Result<Command> parse_device(Words words) {
  constexpr std::string_view kForm =
      "device NAME netns NETNS if INTERFACE mtu OCTETS [offload] [gro]";
  if (words.size() < 7 || words[1] != "netns" || words[3] != "if" ||
      words[5] != "mtu")
    return usage(kForm);
  DeviceSpec spec;
  spec.name = words[0];
  spec.netns = words[2];
  spec.interface = words[4];
  const auto mtu = parse_integer(words[6]);
  if (!mtu || *mtu < 68 || *mtu > 65000)
    return Error{"'" + std::string(words[6]) +
                 "': expected an MTU from 68 to 65000"};
  if (spec.name.find('>') != std::string::npos || spec.name == "*")
    return Error{"'" + spec.name + "' cannot name a device"};
  spec.mtu = static_cast<int>(*mtu);
  for (const std::string_view word : words.subspan(7)) {
    if (word != "offload" && word != "gro") return usage(kForm);
    (word == "gro" ? spec.gro : spec.offload) = true;
  }
  return Command{spec};
}

Result<Command> parse_join(Words words) {
  if (words.size() != 2) return usage("join DEVICE DEVICE");
  return Command{HubCommand{copies(words), true}};
}

Result<Command> parse_hub(Words words) {
  if (words.size() < 2) return usage("hub DEVICE DEVICE...");
  return Command{HubCommand{copies(words), false}};
}

Result<Command> parse_address(Words words) {
  if (words.size() < 2) return usage("address DEVICE ADDRESS...");
  AddressCommand out{std::string(words[0]), {}};
  for (const std::string_view word : words.subspan(1)) {
    const auto address = Address::parse(word);
    if (!address)
      return Error{"'" + std::string(word) +
                   "': expected an IPv4 or IPv6 address without a length"};
    out.addresses.push_back(*address);
  }
  return Command{out};
}

Result<Command> parse_set(Words words) {
  if (words.size() < 2) return usage("set FROM>TO KEY=VALUE...");
  auto pairs = parse_pair(words[0]);
  if (!pairs) return std::move(pairs.error());
  Settings checked;
  if (auto valid = change_settings(words.subspan(1), checked); !valid)
    return std::move(valid.error());
  return Command{SetCommand{*std::move(pairs), copies(words.subspan(1))}};
}

struct Selector {
  std::string_view name;
  Script::What what;
};
constexpr std::array<Selector, 8> kSelectors{
    {{"data", Script::What::kData},
     {"retransmission", Script::What::kRetransmission},
     {"syn", Script::What::kSyn},
     {"synack", Script::What::kSynAck},
     {"fin", Script::What::kFin},
     {"ack", Script::What::kAck},
     {"datagram", Script::What::kDatagram},
     {"tail", Script::What::kTail}}};

bool script_option(std::string_view word, Script& script) {
  const bool tail = script.what == Script::What::kTail;
  const bool drop = script.action == Script::Action::kDrop;
  const auto number = [word](std::string_view key, int64_t least,
                             int64_t& target) {
    const auto text = value_of(word, key);
    const auto value = text ? parse_integer(*text) : std::nullopt;
    if (!value || *value < least) return false;
    target = *value;
    return true;
  };
  if (number("count", 1, script.count)) return true;
  if (!tail && number("nth", 1, script.nth)) return true;
  const bool data = tail || script.what == Script::What::kData;
  if (drop && data && number("repeats", 1, script.repeats)) return true;
  if (const auto text = value_of(word, "by");
      text && script.action == Script::Action::kLate) {
    script.late_ns = parse_duration_ns(*text).value_or(0);
    return script.late_ns > 0;
  }
  if (const auto text = value_of(word, "share"); text && tail) {
    script.share = parse_share(*text).value_or(0);
    return script.share > 0;
  }
  return false;
}

Result<Command> parse_script(Script::Action action, Words words) {
  constexpr std::string_view kForm =
      "drop|late|twice FROM>TO "
      "data|retransmission|syn|synack|fin|ack|datagram [nth=N] [count=N] "
      "[repeats=N (drop data)] [by=DURATION (late)], or "
      "drop FROM>TO tail count=N|share=SHARE [repeats=N]";
  if (words.size() < 2) return usage(kForm);
  auto pair = parse_pair(words[0]);
  if (!pair) return std::move(pair.error());
  Script script;
  script.action = action;
  const auto* const selector =
      std::find_if(kSelectors.begin(), kSelectors.end(),
                   [&](const Selector& s) { return s.name == words[1]; });
  if (selector == kSelectors.end()) return usage(kForm);
  script.what = selector->what;
  if (script.what == Script::What::kTail && action != Script::Action::kDrop)
    return usage(kForm);
  for (const std::string_view word : words.subspan(2))
    if (!script_option(word, script))
      return Error{"'" + std::string(word) +
                   "': expected: " + std::string(kForm)};
  if (action == Script::Action::kLate && script.late_ns == 0)
    return usage(kForm);
  return Command{ScriptCommand{*std::move(pair), script}};
}

Result<Command> parse_drop(Words words) {
  return parse_script(Script::Action::kDrop, words);
}
Result<Command> parse_late(Words words) {
  return parse_script(Script::Action::kLate, words);
}
Result<Command> parse_twice(Words words) {
  return parse_script(Script::Action::kTwice, words);
}

Result<Command> parse_rst(Words words) {
  constexpr std::string_view kForm =
      "rst FROM>TO flow=all|ADDRESS:PORT-ADDRESS:PORT";
  const auto flow =
      words.size() == 2 ? value_of(words[1], "flow") : std::nullopt;
  if (!flow) return usage(kForm);
  auto pair = parse_pair(words[0]);
  if (!pair) return std::move(pair.error());
  RstCommand out{*std::move(pair), {}};
  if (*flow == "all") return Command{out};
  const size_t dash = flow->find('-');
  if (dash == std::string_view::npos) return usage(kForm);
  const auto first = Endpoint::parse(flow->substr(0, dash));
  const auto second = Endpoint::parse(flow->substr(dash + 1));
  if (!first || !second) return usage(kForm);
  out.flow = std::pair(*first, *second);
  return Command{out};
}

Result<Command> parse_forget(Words words) {
  constexpr std::string_view kForm =
      "forget FROM>TO idle=DURATION mode=silent|rst, or forget FROM>TO off";
  if (words.size() < 2) return usage(kForm);
  auto pair = parse_pair(words[0]);
  if (!pair) return std::move(pair.error());
  ForgetCommand out{*std::move(pair), 0, false};
  if (words.size() == 2 && words[1] == "off") return Command{out};
  const auto idle = value_of(words[1], "idle");
  const auto mode =
      words.size() == 3 ? value_of(words[2], "mode") : std::nullopt;
  if (!idle || !mode || (*mode != "silent" && *mode != "rst"))
    return usage(kForm);
  out.idle_ns = parse_duration_ns(*idle).value_or(0);
  out.rst = *mode == "rst";
  if (out.idle_ns <= 0) return usage(kForm);
  return Command{out};
}

Result<Command> parse_mark(Words) {
  return Command{MarkCommand{}};
}

Result<Command> parse_stats(Words words) {
  if (!words.empty()) return usage("stats");
  return Command{StatsCommand{}};
}

struct Verb {
  std::string_view name;
  Result<Command> (*parse)(Words rest);
};
constexpr std::array<Verb, 13> kVerbs{{{"seed", parse_seed},
                                       {"device", parse_device},
                                       {"join", parse_join},
                                       {"hub", parse_hub},
                                       {"address", parse_address},
                                       {"set", parse_set},
                                       {"drop", parse_drop},
                                       {"late", parse_late},
                                       {"twice", parse_twice},
                                       {"rst", parse_rst},
                                       {"forget", parse_forget},
                                       {"mark", parse_mark},
                                       {"stats", parse_stats}}};

}  // namespace

std::vector<std::string_view> split_words(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\n";
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  for (;;) {
    const size_t start = line.find_first_not_of(kBlank);
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const size_t end = std::min(line.find_first_of(kBlank), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

Result<Command> parse_command(const std::vector<std::string_view>& words) {
  const auto* const verb =
      std::find_if(kVerbs.begin(), kVerbs.end(),
                   [&](const Verb& v) { return v.name == words[0]; });
  if (verb != kVerbs.end()) return verb->parse(Words(words).subspan(1));
  std::string known;
  for (const Verb& v : kVerbs) known.append(" ").append(v.name);
  return Error{"'" + std::string(words[0]) + "': expected one of" + known};
}

}  // namespace lab
