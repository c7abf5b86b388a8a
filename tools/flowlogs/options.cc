#include "tools/flowlogs/options.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "tools/common/command_line.h"

namespace netlat {

namespace {

void add_options(CLI::App& app, Options& o) {
  app.add_option("FILE", o.files, "flow logs; - is standard input")
      ->option_text(" ")
      ->required();
  app.add_option("--zones", o.zones, "zone map; may be repeated (NETLAT_ZONES)")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--scope", o.map.scopes,
                 "only lines of the map of this scope and of none; may be "
                 "repeated")
      ->option_text("NAME")
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--with", o.with,
                 "join to a capture, or to what netlat analyze --json wrote; "
                 "may be repeated")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--format", o.format,
                 "fields of lines without a header, as AWS prints LogFormat")
      ->option_text("FIELDS");
  app.add_option("--cost-per-gb", o.cost_per_gb,
                 "price of a GB that leaves its zone; none is assumed")
      ->option_text("PRICE");
  app.add_option("--top", o.top, "rows of each table (10)")->option_text("N");
  app.add_flag("--json", o.json, "records, one JSON object a line");
  app.add_flag("-q,--quiet", o.quiet, "no warnings");
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  CommandLine line("flowlogs",
                   "What cloud flow logs say: bytes between zones, rejects.");
  add_options(line.app(), options);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (options.cost_per_gb &&
      !(std::isfinite(*options.cost_per_gb) && *options.cost_per_gb >= 0)) {
    return line.refuse("--cost-per-gb wants a price from 0 on, such as 0.02");
  }
  if (options.zones.empty()) options.zones = default_zone_maps();
  return options;
}

}  // namespace netlat
