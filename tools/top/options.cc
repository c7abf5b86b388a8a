#include "tools/top/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "netlat/measure/where.h"
#include "netlat/term/dashboard.h"
#include "tools/common/command_line.h"

namespace netlat {

namespace {

// The values as typed; each is read by a parser of ours afterwards, so that
// every error is one sentence that says what to write.
struct Typed {
  std::vector<std::string> inputs, objectives;
  std::optional<std::string> attach, window, speed, size, colour, glyphs,
      background;
};

void add_source(CLI::App& app, TopOptions& o, Typed& typed) {
  app.add_option("-i,--interface", o.interfaces,
                 "capture here; may be repeated; any: everywhere")
      ->option_text("NAME")
      ->allow_extra_args(false);
  app.add_option("--attach", typed.attach,
                 "a running netlat capture, at its socket if not the default")
      ->option_text("[SOCKET]")
      ->expected(0, 1);
  app.add_option("-r,--read", o.files, "replay a capture file")
      ->option_text("FILE")
      ->allow_extra_args(false);
  app.add_option("INPUT", typed.inputs,
                 "-: records of netlat capture --json on standard input")
      ->option_text(" ");
  add_zone_options(app, o.zones);
  app.add_option("--slo", typed.objectives,
                 "an objective, as in netlat capture; may be repeated")
      ->option_text("OBJECTIVE")
      ->allow_extra_args(false);
  app.add_option("--recorder", o.recorder,
                 "with -i: keep the last packets, for the key w to write there")
      ->option_text("DIR");
}

void add_screen(CLI::App& app, TopOptions& o, Typed& typed) {
  app.add_option("--where", o.where, "only connections that match")
      ->option_text("EXPR");
  app.add_option("--view", o.view,
                 "overview, flows, zones, paths, events or heat")
      ->option_text("NAME");
  app.add_option("--window", typed.window, "10s, 1m, 5m, 15m or 1h (1m)")
      ->option_text("TIME");
  app.add_option("--speed", typed.speed, "of a replay, 1 to 1000 times")
      ->option_text("N");
  app.add_flag("--once", o.once, "print one screen as text and end");
  app.add_flag("--report-on-exit", o.report_on_exit,
               "leave the last screen in the terminal");
  app.add_option("--size", typed.size, "of the screen that --once prints")
      ->option_text("COLUMNSxROWS");
  app.add_option("--color", typed.colour, "auto, never, 8, 16 or 256")
      ->option_text("HOW");
  app.add_option("--glyphs", typed.glyphs, "auto, utf8 or ascii")
      ->option_text("SET");
  app.add_option("--background", typed.background, "dark or light")
      ->option_text("HOW");
}

Result<void> read_source(const Typed& typed, TopOptions& o) {
  const int sources = (o.interfaces.empty() ? 0 : 1) + (typed.attach ? 1 : 0) +
                      (o.files.empty() ? 0 : 1) +
                      (typed.inputs.empty() ? 0 : 1);
  if (sources != 1) {
    return Error{
        "name one source: -i eth0 captures here, --attach shows a running "
        "netlat capture, -r x.pcap replays a file, - reads records",
        ErrorKind::usage};
  }
  const bool records = o.interfaces.empty() && o.files.empty();
  if (records && !(o.zones.maps.empty() && o.zones.scopes.empty())) {
    return Error{
        "--zones and --scope go with -i and -r: records say their zones",
        ErrorKind::usage};
  }
  if (o.interfaces.empty() && !o.recorder.empty()) {
    return Error{"--recorder goes with -i: the capture keeps the packets",
                 ErrorKind::usage};
  }
  if (!o.files.empty()) o.source = TopSource::file;
  if (typed.attach) {
    o.source = TopSource::attach;
    o.socket = *typed.attach;
  }
  if (typed.inputs.empty()) return {};
  if (typed.inputs.size() > 1 || typed.inputs[0] != "-") {
    return wrong("source", typed.inputs[0], "- for standard input, or -r FILE");
  }
  o.source = TopSource::standard_input;
  return {};
}

Result<void> read_window(const Typed& typed, TopOptions& o) {
  if (!typed.window) return {};
  constexpr std::string_view kNames[] = {"10s", "1m", "5m", "15m", "1h"};
  const auto* const found =
      std::find(std::begin(kNames), std::end(kNames), *typed.window);
  if (found == std::end(kNames)) {
    return wrong("--window", *typed.window, "10s, 1m, 5m, 15m or 1h");
  }
  o.window = static_cast<std::size_t>(found - std::begin(kNames));
  return {};
}

Result<void> read_size(const Typed& typed, TopOptions& o) {
  if (!typed.size) return {};
  const auto by = typed.size->find('x');
  const auto columns = parse_count(typed.size->substr(0, by), 1, 500);
  const auto rows = by == std::string::npos
                        ? std::nullopt
                        : parse_count(typed.size->substr(by + 1), 1, 500);
  if (!columns || !rows) return wrong("--size", *typed.size, "such as 80x24");
  o.size = GridSize{static_cast<int>(*columns), static_cast<int>(*rows)};
  return {};
}

Result<void> read_look(const Typed& typed, TopOptions& o) {
  if (typed.colour && *typed.colour != "auto") {
    o.colours = parse_colour_depth(*typed.colour);
    if (!o.colours) {
      return wrong("--color", *typed.colour, "auto, never, 8, 16 or 256");
    }
  }
  if (typed.glyphs && *typed.glyphs != "auto") {
    if (*typed.glyphs != "utf8" && *typed.glyphs != "ascii") {
      return wrong("--glyphs", *typed.glyphs, "auto, utf8 or ascii");
    }
    o.utf8 = *typed.glyphs == "utf8";
  }
  o.background = background_of_environment();
  if (!typed.background) return {};
  if (*typed.background != "dark" && *typed.background != "light") {
    return wrong("--background", *typed.background, "dark or light");
  }
  o.background =
      *typed.background == "light" ? Background::light : Background::dark;
  return {};
}

Result<void> read_typed(const Typed& typed, TopOptions& o) {
  for (const std::string& text : typed.objectives) {
    auto objective = parse_objective(text);
    if (!objective) return std::move(objective.error()).within("--slo");
    o.objectives.push_back(std::move(*objective));
  }
  auto where = parse_where(o.where);
  if (!where) return std::move(where.error()).within("--where");
  if (!Dashboard().go_to(o.view)) {
    return wrong("--view", o.view,
                 "overview, flows, zones, paths, events or heat");
  }
  std::optional<double> speed;
  auto done = read_source(typed, o);
  if (done) done = read_window(typed, o);
  if (done) {
    done = read_fraction("--speed", typed.speed, 1, 1000, "1 to 1000", speed);
  }
  if (speed) o.speed = *speed;
  if (done) done = read_size(typed, o);
  if (done) done = read_look(typed, o);
  return done;
}

}  // namespace

std::variant<TopOptions, int> parse_top_options(int argc, char** argv) {
  TopOptions options;
  Typed typed;
  CommandLine line("top", "Where the latency is now: a live view.", 28);
  add_source(line.app(), options, typed);
  add_screen(line.app(), options, typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (auto done = read_typed(typed, options); !done) {
    return line.refuse(done.error());
  }
  return options;
}

}  // namespace netlat
