#include "tools/capture/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "tools/common/command_line.h"

namespace netlat {

namespace {

// The values as typed; each is read by a parser of ours afterwards, so that
// every error is one sentence that says what to write.
struct Typed {
  std::vector<std::string> filter;
  std::optional<std::string> snaplen, buffer, top, flow_memory, sandbox;
  bool no_promiscuous = false;
};

void add_options(CLI::App& app, CaptureOptions& o, Typed& typed) {
  app.add_option("-i,--interface", o.interfaces,
                 "where to capture; may be repeated; any: everywhere")
      ->option_text("NAME")
      ->allow_extra_args(false);
  app.add_option("EXPR", typed.filter,
                 "only packets that match a pcap-filter(7) expression")
      ->option_text(" ");
  app.add_option("-s,--snaplen", typed.snaplen, "octets of a packet (256)")
      ->option_text("N");
  app.add_option("-B,--buffer", typed.buffer,
                 "kernel buffer an interface, with k, M or G (16M)")
      ->option_text("SIZE");
  app.add_flag("-p,--no-promiscuous-mode", typed.no_promiscuous,
               "only packets of this host");
  app.add_flag("--json", o.json, "records, one JSON object a line");
  app.add_option("--top", typed.top,
                 "services an interval names (20), rows of a table (5)")
      ->option_text("N");
  app.add_option("--flow-memory", typed.flow_memory,
                 "most memory for connections, with k, M or G (64M)")
      ->option_text("SIZE");
  app.add_option("--sandbox", typed.sandbox,
                 "auto, or strict: not without seccomp and Landlock")
      ->option_text("HOW");
  app.add_flag("-q,--quiet", o.quiet, "no line a second and no warnings");
}

Result<void> read_sizes(const Typed& typed, CaptureOptions& o) {
  // Less would cut TCP options; more, and no packet is longer.
  auto done =
      read_number("--snaplen", typed.snaplen, 128, 262'144, o.live.snaplen);
  if (!done) return done;
  if (typed.buffer) {
    const auto n = parse_size(*typed.buffer);
    if (!n || *n > std::uint64_t{2} << 30) {
      return wrong("--buffer", *typed.buffer,
                   "octets, or a number with k, M or G, up to 2G");
    }
    o.live.buffer = *n;
  }
  if (typed.top) {
    std::size_t top = 0;
    done = read_number("--top", typed.top, 1, 4096, top);
    if (!done) return done;
    o.top = top;
  }
  done = read_size("--flow-memory", typed.flow_memory, o.flow_memory);
  if (!done) return done;
  if (typed.sandbox) {
    if (*typed.sandbox != "auto" && *typed.sandbox != "strict") {
      return wrong("--sandbox", *typed.sandbox, "auto or strict");
    }
    o.strict = *typed.sandbox == "strict";
  }
  return {};
}

Result<void> read_interfaces(CaptureOptions& o) {
  const auto there = interface_names();
  if (o.interfaces.empty()) {
    return Error{fmt::format("name an interface with -i; there are: any, {}",
                             fmt::join(there, ", ")),
                 ErrorKind::usage};
  }
  const bool any = std::find(o.interfaces.begin(), o.interfaces.end(), "any") !=
                   o.interfaces.end();
  if (any && o.interfaces.size() > 1) {
    return Error{"-i any is all of them: name no other", ErrorKind::usage};
  }
  // More do not fit one poll of the sockets.
  constexpr std::size_t kMost = 60;
  if (o.interfaces.size() > kMost) {
    return Error{"too many interfaces; write -i any", ErrorKind::usage};
  }
  for (auto at = o.interfaces.begin(); at != o.interfaces.end() && !any; ++at) {
    if (std::find(there.begin(), there.end(), *at) == there.end()) {
      return Error{fmt::format("no interface {}; there are: {}", *at,
                               fmt::join(there, ", ")),
                   ErrorKind::usage};
    }
    if (std::find(o.interfaces.begin(), at, *at) != at) {
      return Error{fmt::format("-i {} twice", *at), ErrorKind::usage};
    }
  }
  return {};
}

Result<void> read_typed(const Typed& typed, CaptureOptions& o) {
  o.live.filter = fmt::format("{}", fmt::join(typed.filter, " "));
  o.live.promiscuous = !typed.no_promiscuous;
  if (auto done = read_sizes(typed, o); !done) return done;
  return read_interfaces(o);
}

}  // namespace

std::variant<CaptureOptions, int> parse_capture_options(int argc, char** argv) {
  CaptureOptions options;
  Typed typed;
  CommandLine line("capture",
                   "What is slow now: one line a second, or records.", 30);
  CLI::App& app = line.app();
  add_options(app, options, typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (auto done = read_typed(typed, options); !done) {
    return line.refuse(done.error());
  }
  return options;
}

}  // namespace netlat
