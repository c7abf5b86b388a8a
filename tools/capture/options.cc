#include "tools/capture/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "netlat/base/stop_signal.h"
#include "netlat/publish/flight_recorder.h"
#include "netlat/publish/record_feed.h"
#include "tools/capture/check.h"
#include "tools/capture/config.h"
#include "tools/capture/record_now.h"
#include "tools/common/command_line.h"

namespace netlat {

namespace {

constexpr const char* kTool = "netlat capture";
constexpr const char* kDefaultMetricsPort = "9469";

// The values as typed; each is read by a parser of ours afterwards, so that
// every error is one sentence that says what to write.
struct Typed {
  std::vector<std::string> interfaces, filter, objectives;
  ZoneOptions zones;
  std::optional<std::string> snaplen, buffer, threads, top, flow_memory,
      sandbox, progress;
  std::optional<std::string> config, socket, records, command, webhook;
  std::optional<std::string> metrics, metrics_by, metrics_file, remote_write;
  std::optional<std::string> recorder, recorder_keep;
  bool no_payload = false;
  bool no_promiscuous = false, json = false, quiet = false;
  bool check_config = false, record_now = false;
};

void add_measuring(CLI::App& app, Typed& typed) {
  app.add_option("-i,--interface", typed.interfaces,
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
  app.add_option("--threads", typed.threads, "share the packets among (1)")
      ->option_text("N");
  app.add_flag("-p,--no-promiscuous-mode", typed.no_promiscuous,
               "only packets of this host");
  app.add_option("--top", typed.top,
                 "services an interval names (20), rows of a table (5)")
      ->option_text("N");
  app.add_option("--flow-memory", typed.flow_memory,
                 "most memory for connections, with k, M or G (64M)")
      ->option_text("SIZE");
  app.add_option("--sandbox", typed.sandbox,
                 "auto, or strict: not without seccomp and Landlock")
      ->option_text("HOW");
}

void add_publishing(CLI::App& app, Typed& typed) {
  app.add_flag("--json", typed.json, "records, one JSON object a line");
  app.add_option("--progress", typed.progress,
                 "records of connections that go on, so often (60)")
      ->option_text("SECONDS");
  add_zone_options(app, typed.zones);
  app.add_option("--slo", typed.objectives,
                 "an objective, 'service:10.0.0.7:443 p99 < 5ms'; may be "
                 "repeated")
      ->option_text("TEXT")
      ->allow_extra_args(false);
  app.add_option("--alert-command", typed.command,
                 "run at an alert, its record on standard input")
      ->option_text("PROGRAM");
  app.add_option("--alert-webhook", typed.webhook, "POST an alert's record")
      ->option_text("URL");
  app.add_option("--socket", typed.socket,
                 "records to whoever attaches there; auto: where netlat top "
                 "looks")
      ->option_text("PATH");
  app.add_option("--records", typed.records, "records to files that rotate")
      ->option_text("DIR");
  app.add_option("--metrics", typed.metrics,
                 "serve /metrics at [ADDRESS:]PORT; auto: 127.0.0.1:9469")
      ->option_text("WHERE");
  app.add_option("--metrics-by", typed.metrics_by,
                 "service: tell services apart too, not zones alone")
      ->option_text("WHAT");
  app.add_option("--metrics-file", typed.metrics_file,
                 "metrics to a file for node_exporter")
      ->option_text("NAME.prom");
  app.add_option("--remote-write", typed.remote_write,
                 "metrics to Prometheus or VictoriaMetrics")
      ->option_text("URL");
  app.add_option("--recorder", typed.recorder,
                 "keep the last packets; an alert or SIGUSR2 writes them")
      ->option_text("DIR");
  app.add_option("--recorder-keep", typed.recorder_keep,
                 "that much memory (64M), or as far back as 30s or 10m")
      ->option_text("SIZE|TIME");
  app.add_flag("--no-payload", typed.no_payload,
               "the recorder keeps headers alone");
  app.add_option("-c,--config", typed.config, "all of this from a TOML file")
      ->option_text("FILE");
  app.add_flag("--check-config", typed.check_config,
               "say whether everything is right, and do nothing");
  app.add_flag("--record-now", typed.record_now,
               "have a capture that runs write down what it keeps");
  app.add_flag("-q,--quiet", typed.quiet, "no line a second and no warnings");
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
  done = read_number("--threads", typed.threads, 1, most_threads(),
                     o.live.threads);
  if (!done) return done;
  if (typed.threads) o.config_lines.erase("threads");
  if (typed.top) {
    std::size_t top = 0;
    done = read_number("--top", typed.top, 1, 4096, top);
    if (!done) return done;
    o.top = top;
  }
  done = read_size("--flow-memory", typed.flow_memory, o.flow_memory);
  if (done && o.flow_memory && *o.flow_memory < kLeastFlowMemory) {
    done = wrong("--flow-memory", typed.flow_memory.value_or(""),
                 "octets from 1M on, or a number with k, M or G");
  }
  std::int64_t seconds = 60;
  if (done) {
    done = read_number("--progress", typed.progress, 1, 3600, seconds);
  }
  if (!done) return done;
  o.progress = std::chrono::seconds(seconds);
  if (typed.sandbox) {
    if (*typed.sandbox != "auto" && *typed.sandbox != "strict") {
      return wrong("--sandbox", *typed.sandbox, "auto or strict");
    }
    o.strict = *typed.sandbox == "strict";
  }
  return {};
}

Result<void> read_outputs(const Typed& typed, CaptureOptions& o) {
  for (const std::string& text : typed.objectives) {
    auto objective = parse_objective(text);
    if (!objective) return std::move(objective.error()).within("--slo");
    o.typed.objectives.push_back(std::move(*objective));
  }
  if (typed.command) o.typed.alert_command = {*typed.command};
  if (typed.webhook) {
    const std::string problem = webhook_problem(*typed.webhook);
    if (!problem.empty()) {
      return Error{"--alert-webhook: " + problem, ErrorKind::usage};
    }
    o.typed.alert_webhook = *typed.webhook;
  }
  if (typed.records) o.typed.records = *typed.records;
  if (typed.socket) o.socket = *typed.socket;
  if (o.socket == "auto") o.socket = kDefaultSocket;
  if (o.socket == "none") o.socket.clear();
  return {};
}

Result<void> read_metrics(const Typed& typed, CaptureOptions& o) {
  if (typed.metrics) {
    auto listen = read_metrics_address(*typed.metrics);
    if (!listen) return std::move(listen.error()).within("--metrics");
    o.metrics.listen = std::move(*listen);
  }
  if (typed.metrics_by) {
    if (*typed.metrics_by != "service" && *typed.metrics_by != "zone") {
      return wrong("--metrics-by", *typed.metrics_by, "service or zone");
    }
    o.metrics_by_service = *typed.metrics_by == "service";
  }
  if (typed.metrics_file) {
    const std::string problem = metrics_file_problem(*typed.metrics_file);
    if (!problem.empty()) {
      return Error{"--metrics-file: " + problem, ErrorKind::usage};
    }
    o.metrics.text_file = *typed.metrics_file;
  }
  if (typed.remote_write) o.metrics.remote_write = *typed.remote_write;
  return {};
}

Result<void> read_recorder(const Typed& typed, CaptureOptions& o) {
  if (typed.recorder) o.recorder.directory = *typed.recorder;
  if (typed.no_payload) o.recorder.payload = false;
  const bool keep = typed.recorder_keep.has_value();
  if (keep) {
    auto done = read_recorder_keep(*typed.recorder_keep, o.recorder);
    if (!done) return std::move(done.error()).within("--recorder-keep");
  }
  if (o.recorder.directory.empty() && (keep || typed.no_payload)) {
    return Error{"name a directory for the flight recorder with --recorder",
                 ErrorKind::usage};
  }
  return {};
}

// It goes before what the file says.
void add_typed(const TypedOptions& typed, CaptureOptions& o) {
  if (!typed.zones.maps.empty()) {
    o.zones.maps = typed.zones.maps;
    o.config_lines.erase("zones");
  }
  if (!typed.zones.scopes.empty()) o.zones.scopes = typed.zones.scopes;
  if (o.zones.maps.empty()) o.zones.maps = typed.found_maps;
  o.objectives.insert(o.objectives.end(), typed.objectives.begin(),
                      typed.objectives.end());
  if (!typed.alert_command.empty()) o.alerts.command = typed.alert_command;
  if (!typed.alert_webhook.empty()) o.alerts.webhook = typed.alert_webhook;
  if (!typed.records.empty()) {
    if (!o.files) o.files.emplace();
    o.files->directory = typed.records;
  }
}

Result<void> read_typed(const Typed& typed, CaptureOptions& o) {
  if (typed.config) {
    o.config = *typed.config;
    auto text = read_whole_file(o.config);
    if (!text) return std::move(text.error());
    if (auto done = read_config(*text, o.config, o); !done) return done;
    o.config_text = std::move(*text);
  }
  if (!typed.interfaces.empty()) {
    o.interfaces = typed.interfaces;
    o.config_lines.erase("interfaces");
  }
  if (!typed.filter.empty()) {
    o.config_lines.erase("filter");
    o.live.filter = fmt::format("{}", fmt::join(typed.filter, " "));
  }
  o.typed.zones = typed.zones;
  o.typed.found_maps = default_zone_maps();
  if (typed.no_promiscuous) o.live.promiscuous = false;
  o.json |= typed.json;
  o.quiet |= typed.quiet;
  // A daemon's log is no place for a line a second.
  o.lines = o.config.empty() || isatty(STDOUT_FILENO) == 1;
  if (auto done = read_sizes(typed, o); !done) return done;
  if (auto done = read_outputs(typed, o); !done) return done;
  if (auto done = read_metrics(typed, o); !done) return done;
  if (auto done = read_recorder(typed, o); !done) return done;
  add_typed(o.typed, o);
  if (auto done = check_together(o); !done) return done;
  return check_host(o);
}

}  // namespace

std::size_t most_threads() {
  const std::size_t processors = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(2 * processors, 1, kMostLiveThreads);
}

Result<void> read_recorder_keep(const std::string& text,
                                RecorderOptions& into) {
  const char unit = text.empty() ? ' ' : text.back();
  if (unit == 's' || unit == 'm') {
    const auto n = parse_count(text.substr(0, text.size() - 1), 1, 86'400);
    if (n) {
      const auto count = static_cast<std::int64_t>(*n);
      into.before = std::chrono::seconds(unit == 's' ? count : 60 * count);
      return {};
    }
  } else if (const auto octets = parse_size(text);
             octets && *octets >= FlightRecorder::kLeastOctets) {
    into.octets = *octets;
    return {};
  }
  return Error{text +
                   ": write octets from 1M on, with k, M or G, or a time as "
                   "in 30s or 10m",
               ErrorKind::usage};
}

Result<ListenAddress> read_metrics_address(const std::string& text) {
  return parse_listen_address(text == "auto" ? kDefaultMetricsPort : text);
}

Result<CaptureOptions> read_config_again(const CaptureOptions& options,
                                         const std::string& text) {
  if (options.config.empty()) return options;
  CaptureOptions fresh;
  fresh.config = options.config;
  if (auto done = read_config(text, options.config, fresh); !done) {
    return std::move(done.error());
  }
  add_typed(options.typed, fresh);
  if (auto done = check_together(fresh); !done) {
    return std::move(done.error());
  }
  return fresh;
}

namespace {

int ask_other(CommandLine& line, const Typed& typed) {
  for (const CLI::Option* option : line.app().get_options()) {
    const std::string name = option->get_name();
    if (option->count() > 0 && name != "--record-now" && name != "--socket") {
      return line.refuse(
          "--record-now asks a capture that runs: of the other "
          "options --socket alone goes with it");
    }
  }
  const std::string socket = typed.socket.value_or("");
  catch_signals();
  const auto file = record_now(socket == "auto" ? "" : socket);
  if (!file) return fail(kTool, file.error());
  Output out(STDOUT_FILENO);
  out.append(*file + '\n');
  return finish(kTool, out, kExitDone);
}

}  // namespace

std::variant<CaptureOptions, int> parse_capture_options(int argc, char** argv) {
  CaptureOptions options;
  Typed typed;
  CommandLine line("capture",
                   "What is slow now: one line a second, or records.", 30);
  add_measuring(line.app(), typed);
  add_publishing(line.app(), typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (typed.record_now) return ask_other(line, typed);
  if (auto done = read_typed(typed, options); !done) {
    return line.refuse(done.error());
  }
  if (typed.check_config) {
    const auto zones = checked_zones(options);
    if (!zones) return line.refuse(zones.error());
    Output out(STDOUT_FILENO);
    out.append("the configuration is right\n");
    return finish(kTool, out, kExitDone);
  }
  return options;
}

}  // namespace netlat
