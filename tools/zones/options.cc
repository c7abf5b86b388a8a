#include "tools/zones/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "netlat/base/safe_text.h"
#include "netlat/zone/utc_time.h"
#include "tools/common/command_line.h"

namespace netlat {

namespace {

struct Typed {
  std::vector<std::string> addresses;
  std::optional<std::string> at;
  ShowOptions show;
  LintOptions lint;
  ImportOptions import;
};

void add_map_options(CLI::App& app, MapOptions& o) {
  app.add_option("--scope", o.reading.scopes,
                 "only lines of this scope and of none; may be repeated")
      ->option_text("NAME")
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--keep-going", o.reading.keep_going,
               "use a map some lines of which cannot be read");
  app.add_flag("--json", o.json, "records, one JSON object a line");
  app.add_flag("-q,--quiet", o.quiet, "no warnings");
}

CLI::App* add_show(CLI::App& app, Typed& typed) {
  CLI::App* const show =
      app.add_subcommand("show", "which zone an address is in, and why");
  show->add_option("ADDRESS", typed.addresses, "addresses to look up")
      ->option_text(" ")
      ->required();
  show->add_option("--zones", typed.show.map.files,
                   "the map; may be repeated (NETLAT_ZONES)")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  show->add_option("--at", typed.at, "moment asked about (now)")
      ->option_text("TIME");
  add_map_options(*show, typed.show.map);
  return show;
}

CLI::App* add_lint(CLI::App& app, Typed& typed) {
  CLI::App* const lint =
      app.add_subcommand("lint", "what is wrong or doubtful in a map");
  lint->add_option("FILE", typed.lint.map.files, "maps; - is standard input")
      ->option_text(" ");
  lint->add_option("--against", typed.lint.captures,
                   "a capture to hold the map against; may be repeated")
      ->option_text("CAPTURE")
      ->allow_extra_args(false)
      ->take_all();
  lint->add_flag("--json", typed.lint.map.json,
                 "records, one JSON object a line");
  return lint;
}

CLI::App* add_import(CLI::App& app, Typed& typed) {
  ImportOptions& o = typed.import;
  CLI::App* const import = app.add_subcommand(
      "import", "a map from what aws, gcloud, az and kubectl print as JSON");
  import->add_option("FILE", o.files, "JSON documents; - is standard input")
      ->option_text(" ");
  import
      ->add_option("-o,--output", o.output,
                   "the map to write (standard output)")
      ->option_text("FILE");
  import->add_flag("--append", o.append,
                   "add to that map what it does not have");
  import
      ->add_option("--scope", o.import.scope,
                   "scope of lines whose document names none")
      ->option_text("NAME");
  import
      ->add_option("--account", o.import.account,
                   "whose zone names these are where the document does not say")
      ->option_text("ID");
  import->add_flag("-q,--quiet", o.quiet, "no warnings");
  return import;
}

std::variant<ZonesCommand, int> read_show(const CommandLine& line,
                                          Typed& typed) {
  ShowOptions& o = typed.show;
  for (const std::string& text : typed.addresses) {
    const auto address = IpAddress::parse(text);
    if (!address) {
      return line.refuse(
          fmt::format("{} is not an address", SafeText(text).str()));
    }
    o.addresses.push_back(*address);
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  o.at = Stamp{std::chrono::duration_cast<Nanos>(now)};
  if (typed.at) {
    const auto at = parse_utc_time(*typed.at);
    if (!at) {
      return line.refuse(fmt::format("--at {}: write 2026-01-01T00:00:00Z",
                                     SafeText(*typed.at).str()));
    }
    o.at = *at;
  }
  return ZonesCommand(std::move(o));
}

// The maps found where maps stand, if none is named.
bool have_maps(MapOptions& o) {
  if (o.files.empty()) o.files = default_zone_maps();
  return !o.files.empty();
}

int no_maps(const CommandLine& line, const char* how) {
  return line.refuse(
      fmt::format("no zone map; {}, set NETLAT_ZONES, or put it at "
                  "~/.config/netlat/zones.csv",
                  how));
}

}  // namespace

std::variant<ZonesCommand, int> parse_options(int argc, char** argv) {
  Typed typed;
  CommandLine line("zones", "Which availability zone an address is in.");
  CLI::App& app = line.app();
  app.require_subcommand(1);
  const CLI::App* const show = add_show(app, typed);
  const CLI::App* const lint = add_lint(app, typed);
  (void)add_import(app, typed);
  const std::string_view verb = argc > 1 ? argv[1] : "-";
  if (!verb.starts_with('-') && verb != "show" && verb != "import" &&
      verb != "lint") {
    return line.refuse(fmt::format("{} is none of show, import and lint",
                                   SafeText(verb).str()));
  }
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (show->parsed()) {
    if (!have_maps(typed.show.map))
      return no_maps(line, "name one with --zones");
    return read_show(line, typed);
  }
  if (lint->parsed()) {
    if (!have_maps(typed.lint.map)) return no_maps(line, "name one");
    typed.lint.map.reading.keep_going = true;
    return ZonesCommand(std::move(typed.lint));
  }
  if (typed.import.files.empty() && isatty(STDIN_FILENO) == 1) {
    return line.refuse("name a JSON document; see netlat zones import --help");
  }
  if (typed.import.files.empty()) typed.import.files.emplace_back("-");
  if (typed.import.append && typed.import.output == "-") {
    return line.refuse("--append adds to a file; name it with --output");
  }
  return ZonesCommand(std::move(typed.import));
}

}  // namespace netlat
