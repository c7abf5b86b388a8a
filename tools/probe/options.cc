#include "tools/probe/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "tools/common/command_line.h"
#include "tools/probe/targets.h"

namespace netlat {

namespace {

constexpr Nanos kLiveInterval = std::chrono::seconds(1);
constexpr unsigned kLiveExplore = 5;

// As typed; read by parsers of ours, so that every error is one sentence that
// says what to write.
struct Typed {
  std::optional<std::string> flow_label, tcp, udp, quic, lanes, explore, first,
      max, count, interval, size, dscp, source, source_port, mark, rate,
      metrics, compat;
  TypedText text;
  std::vector<std::string> checks;
  bool icmp = false, v4 = false, v6 = false, no_names = false, report = false;
  bool json = false, mtr_json = false, csv = false;
};

void add_probes(CLI::App& app, ProbeOptions& o, Typed& typed) {
  app.add_option("TARGET", o.targets, "names or addresses")->option_text(" ");
  app.add_flag("--icmp", typed.icmp, "ICMP echo (the default)");
  app.add_option("--udp", typed.udp, "UDP datagrams to this port")
      ->option_text("PORT");
  app.add_option("--tcp", typed.tcp, "TCP SYN to this port")
      ->option_text("PORT");
  app.add_option("--quic", typed.quic,
                 "QUIC to this port, by version negotiation")
      ->option_text("PORT");
  app.add_option("--flow", o.flow,
                 "the ports of a connection: ADDR:PORT-ADDR:PORT")
      ->option_text("FLOW");
  app.add_flag("-4", typed.v4, "IPv4 alone");
  app.add_flag("-6", typed.v6, "IPv6 alone");
  app.add_option("--flows", typed.lanes, "flows at once, one a lane (1)")
      ->option_text("N");
  app.add_option("--explore", typed.explore,
                 "probes a second to find further ways with, in the live view "
                 "5, else 0")
      ->option_text("N");
  app.add_option("-c,--count", typed.count, "rounds (10)")->option_text("N");
  app.add_option("-i,--interval", typed.interval,
                 "seconds between rounds, 0.01 to 3600 (0.1)")
      ->option_text("SECONDS");
  app.add_flag("--paths", o.paths,
               "all the ways flows take, by UDP unless told otherwise");
  app.add_flag("--mtu", o.mtu, "the largest packet that passes, and where not");
  app.add_flag("--explain", o.plan.explain,
               "ask hops with missing answers again, more slowly");
  app.add_option("--rate", typed.rate,
                 "packets a second at most, all targets together (1000)")
      ->option_text("N");
  app.add_option("-f,--first-ttl", typed.first, "first TTL (1)")
      ->option_text("N");
  app.add_option("-m,--max-ttl", typed.max, "last TTL (30)")->option_text("N");
  app.add_option("-s,--size", typed.size, "octets of the IP packet (64)")
      ->option_text("N");
  app.add_option("--dscp", typed.dscp, "DSCP, 0 to 63 (0)")->option_text("N");
}

void add_rest(CLI::App& app, ProbeOptions& o, Typed& typed) {
  app.add_option("--source", typed.source, "source address")
      ->option_text("ADDR");
  app.add_option("--source-port", typed.source_port,
                 "source port of the first flow, the next ones follow")
      ->option_text("PORT");
  app.add_option("--interface", o.plan.interface, "leave by this interface")
      ->option_text("NAME");
  app.add_option("--netns", o.netns,
                 "probe from this network namespace, a name or a path")
      ->option_text("NAME");
  app.add_option("--flow-label", typed.flow_label,
                 "IPv6 flow label, decimal or 0x")
      ->option_text("N");
  app.add_option("--mark", typed.mark, "firewall mark of the probes")
      ->option_text("N");
  app.add_option("--targets", o.targets_file, "targets from a file, one a line")
      ->option_text("FILE");
  app.add_option("--metrics", typed.metrics,
                 "serve /metrics at [ADDRESS:]PORT until stopped")
      ->option_text("WHERE");
  add_zone_options(app, o.zones);
  app.add_option("--mmdb", o.mmdb,
                 "AS and country from this MaxMind DB; may be repeated")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("-r,--report", typed.report, "the report, not the live view");
  app.add_flag("--json", typed.json, "records, one JSON object a line");
  app.add_flag("--mtr-json", typed.mtr_json, "mtr's JSON");
  app.add_flag("--csv", typed.csv, "mtr's CSV");
  app.add_option("--compat", typed.compat,
                 "mtr: its report, columns and definitions")
      ->option_text("WHOM");
  app.add_option("--check", typed.checks,
                 "exit 1 unless it holds: 'loss<1%', 'p95<3ms'")
      ->option_text("COND")
      ->allow_extra_args(false);
  app.add_flag("-n,--no-names", typed.no_names, "addresses alone, no DNS");
  add_text_options(app, typed.text);
  app.add_flag("-q,--quiet", o.quiet, "no progress line");
}

Result<void> read_protocol(const Typed& typed, ProbeOptions& o) {
  const int chosen = (typed.icmp ? 1 : 0) + (typed.udp ? 1 : 0) +
                     (typed.tcp ? 1 : 0) + (typed.quic ? 1 : 0) +
                     (o.flow ? 1 : 0);
  if (chosen > 1) {
    return Error{"choose one of --icmp, --udp, --tcp, --quic and --flow",
                 ErrorKind::usage};
  }
  o.protocol_given = chosen == 1;
  if (typed.udp) {
    o.plan.protocol = ProbeProtocol::udp;
    return read_number("--udp", typed.udp, 1, 65'535, o.plan.port);
  }
  if (typed.quic) {
    o.plan.protocol = ProbeProtocol::quic;
    o.plan.size = kLeastQuicSize;
    return read_number("--quic", typed.quic, 1, 65'535, o.plan.port);
  }
  if (typed.tcp) {
    o.plan.protocol = ProbeProtocol::tcp;
    return read_number("--tcp", typed.tcp, 1, 65'535, o.plan.port);
  }
  return {};
}

// As tcpdump prints it, or in decimal.
Result<void> read_flow_label(const std::optional<std::string>& typed,
                             ProbePlan& plan) {
  constexpr std::uint32_t kMost = 0xf'ffff;
  if (!typed) return {};
  std::string_view digits = *typed;
  const bool hex = digits.starts_with("0x");
  if (hex) digits.remove_prefix(2);
  std::uint32_t label = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] =
      std::from_chars(digits.data(), end, label, hex ? 16 : 10);
  if (error != std::errc() || at != end || label > kMost) {
    return wrong("--flow-label", *typed, "0 to 0xfffff");
  }
  plan.flow_label = label;
  return {};
}

Result<void> read_addresses(const Typed& typed, ProbeOptions& o) {
  if (typed.v4 && typed.v6) {
    return Error{"-4 and -6 exclude each other", ErrorKind::usage};
  }
  if (typed.v4 || typed.v6) o.v4 = typed.v4;
  if (typed.source) {
    o.plan.source = IpAddress::parse(*typed.source);
    if (!o.plan.source) {
      return wrong("--source", *typed.source, "an address of this host");
    }
  }
  if (auto done = read_flow_label(typed.flow_label, o.plan); !done) {
    return done;
  }
  std::uint32_t mark = 0;
  if (auto done = read_number("--mark", typed.mark, 0, UINT32_MAX, mark);
      !done) {
    return done;
  }
  if (typed.mark) o.plan.mark = mark;
  return {};
}

Result<void> read_plan(const Typed& typed, ProbeOptions& o) {
  ProbePlan& p = o.plan;
  const Result<void> all[] = {
      read_protocol(typed, o),
      read_addresses(typed, o),
      read_interval(typed.interval, p),
      read_number("--flows", typed.lanes, 1, kMostLanes, p.lanes),
      read_number("--explore", typed.explore, 0, 1000, p.explore),
      read_number("--count", typed.count, 1, 1'000'000, p.rounds),
      read_number("--rate", typed.rate, 1, 100'000, o.rate),
      read_number("--first-ttl", typed.first, 1, 255, p.first_ttl),
      read_max_ttl(typed.max, p),
      read_size(typed.size, p),
      read_number("--dscp", typed.dscp, 0, 63, p.dscp),
      read_number("--source-port", typed.source_port, 1, 65'535,
                  p.source_port)};
  for (const auto& done : all) {
    if (!done) return done;
  }
  if (p.source_port != 0 && p.source_port + p.lanes > 65'536) {
    return Error{"--source-port leaves no room for as many flows",
                 ErrorKind::usage};
  }
  if (typed.source_port && p.protocol == ProbeProtocol::icmp && !o.flow) {
    return Error{"--source-port needs --udp, --tcp or --quic",
                 ErrorKind::usage};
  }
  return {};
}

Result<void> read_output(const Typed& typed, ProbeOptions& o) {
  const int shapes = (typed.json ? 1 : 0) + (typed.mtr_json ? 1 : 0) +
                     (typed.csv ? 1 : 0) + (typed.compat ? 1 : 0);
  if (shapes > 1) {
    return Error{"choose one of --json, --mtr-json, --csv and --compat",
                 ErrorKind::usage};
  }
  if (typed.compat && *typed.compat != "mtr") {
    return wrong("--compat", *typed.compat, "mtr");
  }
  if (typed.compat && (o.plan.lanes > 1 || o.plan.explore > 0)) {
    return Error{"--compat mtr: its report knows one flow", ErrorKind::usage};
  }
  if (typed.compat) o.format = ProbeFormat::mtr_text;
  if (typed.json) o.format = ProbeFormat::json;
  if (typed.mtr_json) o.format = ProbeFormat::mtr_json;
  if (typed.csv) o.format = ProbeFormat::csv;
  o.names = !typed.no_names;
  if (auto done = read_text_options(typed.text, o.text); !done) return done;
  if (typed.metrics) {
    auto where = parse_listen_address(*typed.metrics);
    if (!where) return std::move(where.error()).within("--metrics");
    o.metrics = std::move(*where);
  }
  for (const std::string& text : typed.checks) {
    auto check = ProbeCheck::parse(text);
    if (!check) return std::move(check.error());
    o.checks.push_back(std::move(*check));
  }
  return {};
}

// --paths and --mtu are questions of their own, which choose what to send.
Result<void> read_question(const Typed& typed, ProbeOptions& o) {
  if (!o.paths && !o.mtu) return {};
  const bool given = o.flow || typed.lanes || typed.explore || typed.count ||
                     o.plan.explain || !o.checks.empty() || typed.mtr_json ||
                     typed.csv || typed.compat || o.metrics;
  if (given || (o.paths && (o.mtu || typed.source_port))) {
    return Error{
        "--paths and --mtu choose flows and rounds themselves and go with "
        "neither checks, mtr's shapes, --explain nor each other",
        ErrorKind::usage};
  }
  if (o.mtu && (typed.tcp || typed.quic || typed.size)) {
    return Error{"--mtu sends ICMP or UDP of sizes it chooses",
                 ErrorKind::usage};
  }
  if (o.paths && !o.protocol_given) {
    o.plan.protocol = ProbeProtocol::udp;
    o.plan.port = kUdpPort;
  }
  return {};
}

// On a terminal that can show it, unless the answer is for a program.
bool wants_live(const Typed& typed, const ProbeOptions& o) {
  if (typed.report || o.metrics || o.paths || o.mtu || o.plan.explain ||
      !o.checks.empty() || o.format != ProbeFormat::text ||
      isatty(STDOUT_FILENO) != 1) {
    return false;
  }
  const char* const term = std::getenv("TERM");
  return term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

// Goes on until it is quit, if no end was asked for, and more slowly.
void go_on(const Typed& typed, ProbeOptions& o) {
  if (!typed.count) o.plan.rounds = kEndless;
  if (!typed.interval) o.plan.interval = kLiveInterval;
}

}  // namespace

Result<void> read_interval(const std::optional<std::string>& typed,
                           ProbePlan& plan) {
  std::optional<double> seconds;
  auto done = read_fraction("--interval", typed, 0.01, 3600,
                            "0.01 to 3600 seconds", seconds);
  if (done && seconds) {
    plan.interval = Nanos{static_cast<std::int64_t>(*seconds * 1e9)};
  }
  return done;
}

namespace {

Result<void> check_ttls(const ProbePlan& plan) {
  if (plan.first_ttl <= plan.max_ttl) return {};
  return Error{fmt::format("--first-ttl {} is beyond --max-ttl {}",
                           plan.first_ttl, plan.max_ttl),
               ErrorKind::usage};
}

}  // namespace

Result<void> read_first_ttl(const std::optional<std::string>& typed,
                            ProbePlan& plan) {
  auto done = read_number("--first-ttl", typed, 1, 255, plan.first_ttl);
  return done ? check_ttls(plan) : done;
}

Result<void> read_max_ttl(const std::optional<std::string>& typed,
                          ProbePlan& plan) {
  auto done = read_number("--max-ttl", typed, 1, 255, plan.max_ttl);
  return done ? check_ttls(plan) : done;
}

Result<void> read_size(const std::optional<std::string>& typed,
                       ProbePlan& plan) {
  if (typed && plan.protocol == ProbeProtocol::tcp) {
    return Error{"--size goes not with --tcp: a SYN has no payload",
                 ErrorKind::usage};
  }
  const bool quic = plan.protocol == ProbeProtocol::quic;
  return read_number("--size", typed, quic ? kLeastQuicSize : kLeastSize,
                     kMostSize, plan.size);
}

std::variant<ProbeOptions, int> parse_probe_options(int argc, char** argv) {
  ProbeOptions options;
  Typed typed;
  CommandLine line("probe",
                   "Where on the path the time goes, and what is lost.");
  CLI::App& app = line.app();
  add_probes(app, options, typed);
  add_rest(app, options, typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  auto done = read_plan(typed, options);
  if (done) done = read_output(typed, options);
  if (done) done = read_question(typed, options);
  if (!done) return line.refuse(done.error());
  options.live = wants_live(typed, options);
  if (options.live || options.metrics) go_on(typed, options);
  // Who names the ports of a flow asks for its way, not for others.
  if (options.live && !typed.explore && !options.flow && !typed.source_port) {
    options.plan.explore = kLiveExplore;
  }
  if (options.targets.empty() && !options.targets_file && !options.flow) {
    return line.refuse(
        "name a target: netlat probe HOST; see netlat probe --help");
  }
  return options;
}

}  // namespace netlat
