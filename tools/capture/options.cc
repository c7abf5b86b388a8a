#include "tools/capture/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "netlat/base/parse_count.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"

namespace netlat {

namespace {

constexpr const char* kTool = "netlat capture";
constexpr int kUsage = 2;
constexpr int kFailed = 3;

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

Error wrong(const char* option, const std::string& typed, const char* wanted) {
  return {fmt::format("{} {}: write {}", option, typed, wanted),
          ErrorKind::usage};
}

Result<void> read_sizes(const Typed& typed, CaptureOptions& o) {
  if (typed.snaplen) {
    // Less would cut TCP options; more, and no packet is longer.
    const auto n = parse_count(*typed.snaplen, 128, 262'144);
    if (!n) return wrong("--snaplen", *typed.snaplen, "128 to 262144");
    o.live.snaplen = static_cast<std::uint32_t>(*n);
  }
  if (typed.buffer) {
    const auto n = parse_size(*typed.buffer);
    if (!n || *n > std::uint64_t{2} << 30) {
      return wrong("--buffer", *typed.buffer,
                   "octets, or a number with k, M or G, up to 2G");
    }
    o.live.buffer = *n;
  }
  if (typed.top) {
    const auto n = parse_count(*typed.top, 1, 4096);
    if (!n) return wrong("--top", *typed.top, "1 to 4096");
    o.top = *n;
  }
  if (typed.flow_memory) {
    o.flow_memory = parse_size(*typed.flow_memory);
    if (!o.flow_memory) {
      return wrong("--flow-memory", *typed.flow_memory,
                   "octets, or a number with k, M or G");
    }
  }
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

int print(const std::string& text) {
  Output out(STDOUT_FILENO);
  out.append(text);
  out.flush();
  if (!out.error()) return 0;
  complain(kTool, out.error()->message);
  return kFailed;
}

int refuse(const std::string& sentence) {
  complain(kTool, sentence);
  return kUsage;
}

}  // namespace

std::variant<CaptureOptions, int> parse_capture_options(int argc, char** argv) {
  CaptureOptions options;
  Typed typed;
  CLI::App app("What is slow now: one line a second, or records.", kTool);
  app.set_version_flag("--version", "netlat " NETLAT_VERSION);
  app.footer("The manual: netlat help capture");
  app.get_formatter()->column_width(30);
  add_options(app, options, typed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion& version) {
    return print(std::string(version.what()) + '\n');
  } catch (const CLI::ParseError& error) {
    return refuse(std::string(error.what()) + "; see netlat capture --help");
  }
  if (auto done = read_typed(typed, options); !done) {
    return refuse(done.error().message);
  }
  return options;
}

}  // namespace netlat
