#include "tools/analyze/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "tools/common/command_line.h"

namespace netlat {

namespace {

// The values as typed; each is read by a parser of ours afterwards, so that
// every error is one sentence that says what to write.
struct Typed {
  std::optional<std::string> since, until, interval, progress, sort, top,
      flow_memory, idle_split, cost_per_gb;
  std::vector<std::string> vxlan_ports;
  TypedText text;
  std::optional<std::string> csv;
  bool json = false;
};

void add_selection(CLI::App& app, Options& o, Typed& typed) {
  app.add_option("FILE", o.files, "captures; - reads standard input")
      ->option_text(" ");
  app.add_option("-f,--filter", o.filter,
                 "only packets that match a pcap-filter(7) expression")
      ->option_text("EXPR");
  app.add_option("--since", typed.since, "only packets from this time on")
      ->option_text("TIME");
  app.add_option("--until", typed.until, "only packets before this time")
      ->option_text("TIME");
  app.add_option("--where", o.where, "only flows that match an expression")
      ->option_text("EXPR");
}

void add_output(CLI::App& app, Options& o, Typed& typed) {
  app.add_flag("--json", typed.json, "records, one JSON object a line");
  app.add_flag(
      "--csv", typed.csv,
      "as CSV: the flow table, or with --csv=zones the pairs of zones");
  app.add_flag("--segments", o.segments,
               "as --json, with a record for each TCP packet");
  app.add_option("--interval", typed.interval,
                 "as --json, with records of each interval")
      ->option_text("SECONDS");
  app.add_option("--progress", typed.progress,
                 "with --interval: of connections that go on, so often (60)")
      ->option_text("SECONDS");
  app.add_option("--sort", typed.sort,
                 "order of the tables: " + sort_key_words())
      ->option_text("KEY");
  app.add_option("--top", typed.top, "rows each table shows (5)")
      ->option_text("N");
  add_text_options(app, typed.text);
  app.add_flag("-q,--quiet", o.quiet, "no progress and no warnings");
}

void add_zones(CLI::App& app, Options& o, Typed& typed) {
  add_zone_options(app, o.zones);
  app.add_option("--cost-per-gb", typed.cost_per_gb,
                 "price of 10^9 octets between zones")
      ->option_text("PRICE");
}

void add_flows(CLI::App& app, Options& o, Typed& typed) {
  app.add_option("--flow-memory", typed.flow_memory,
                 "most memory for connections, with k, M or G")
      ->option_text("SIZE");
  app.add_option("--vxlan-port", typed.vxlan_ports,
                 "another UDP port that carries VXLAN; may be repeated")
      ->option_text("PORT")
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--key-no-vni", o.key_no_vni,
               "join flows that differ only in their tunnel");
  app.add_option("--idle-split", typed.idle_split,
                 "silence that ends a connection")
      ->option_text("SECONDS");
}

Result<void> read_bound(const char* option,
                        const std::optional<std::string>& typed,
                        std::optional<TimeBound>& bound) {
  if (!typed) return {};
  auto parsed = TimeBound::parse(*typed);
  if (!parsed) return std::move(parsed.error()).within(option);
  bound = *parsed;
  return {};
}

Result<void> read_layout(const Typed& typed, Options& o) {
  if (typed.sort) {
    const auto key = parse_sort_key(*typed.sort);
    if (!key) {
      return wrong("--sort", *typed.sort, "one of " + sort_key_words());
    }
    o.sort = *key;
  }
  auto done = read_number("--top", typed.top, 1, 1'000'000, o.top);
  if (done) done = read_text_options(typed.text, o.text);
  return done;
}

Result<void> read_flows(const Typed& typed, Options& o) {
  auto done = read_size("--flow-memory", typed.flow_memory, o.flow_memory);
  if (!done) return done;
  for (const std::string& text : typed.vxlan_ports) {
    const auto port = parse_count(text, 1, 65'535);
    if (!port) return wrong("--vxlan-port", text, "1 to 65535");
    o.vxlan_ports.push_back(static_cast<Port>(*port));
  }
  if (typed.idle_split) {
    const auto n = parse_count(*typed.idle_split, 1, 31'536'000);
    if (!n) return wrong("--idle-split", *typed.idle_split, "whole seconds");
    o.idle_split = std::chrono::seconds(*n);
  }
  return {};
}

Result<void> read_cost(const Typed& typed, Options& o) {
  return read_fraction("--cost-per-gb", typed.cost_per_gb, 0, 1e6,
                       "a price such as 0.02", o.cost_per_gb);
}

Result<void> read_intervals(const Typed& typed, Options& o) {
  if (!typed.interval) {
    if (!typed.progress) return {};
    return Error{"--progress goes with --interval", ErrorKind::usage};
  }
  if (!o.where.empty()) {
    return Error{"--interval counts all connections: leave --where out",
                 ErrorKind::usage};
  }
  std::uint64_t seconds = 0, progress = 60;
  auto done = read_number("--interval", typed.interval, 1, 3600, seconds);
  if (done) {
    done = read_number("--progress", typed.progress, 1, 3600, progress);
  }
  o.interval = std::chrono::seconds(seconds);
  o.progress = std::chrono::seconds(progress);
  return done;
}

Result<void> read_typed(const Typed& typed, Options& o) {
  if (auto done = read_intervals(typed, o); !done) return done;
  const bool json = typed.json || o.segments || o.interval;
  if (typed.csv && json) {
    return Error{"--csv goes with none of --json, --segments and --interval",
                 ErrorKind::usage};
  }
  if (typed.csv) {
    constexpr const char* kNoValue = "true";  // CLI11's of a bare flag
    if (*typed.csv != kNoValue && *typed.csv != "zones") {
      return wrong("--csv", *typed.csv, "--csv or --csv=zones");
    }
    o.format = *typed.csv == "zones" ? Format::zone_csv : Format::csv;
  }
  if (json) o.format = Format::json;
  if (auto done = read_bound("--since", typed.since, o.since); !done) {
    return done;
  }
  if (auto done = read_bound("--until", typed.until, o.until); !done) {
    return done;
  }
  if (auto done = read_layout(typed, o); !done) return done;
  if (auto done = read_cost(typed, o); !done) return done;
  return read_flows(typed, o);
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  Typed typed;
  CommandLine line("analyze",
                   "What was slow in these captures, where and why.");
  CLI::App& app = line.app();
  add_selection(app, options, typed);
  add_output(app, options, typed);
  add_zones(app, options, typed);
  add_flows(app, options, typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (auto done = read_typed(typed, options); !done) {
    return line.refuse(done.error());
  }
  if (options.files.empty() && isatty(STDIN_FILENO) == 1) {
    return line.show_usage();
  }
  if (options.files.empty()) options.files.emplace_back("-");
  return options;
}

}  // namespace netlat
