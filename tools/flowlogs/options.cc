#include "tools/flowlogs/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "netlat/report/messages.h"
#include "netlat/report/output.h"

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

int print(const std::string& text) {
  Output out(STDOUT_FILENO);
  out.append(text);
  out.flush();
  if (!out.error()) return kDone;
  complain(kTool, out.error()->message);
  return kDamaged;
}

int refuse(const std::string& sentence) {
  complain(kTool, sentence);
  return kUsage;
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  CLI::App app("What cloud flow logs say: bytes between zones, rejects.",
               kTool);
  app.set_version_flag("--version", "netlat " NETLAT_VERSION);
  app.footer("The manual: netlat help flowlogs");
  app.get_formatter()->column_width(26);
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion& version) {
    return print(std::string(version.what()) + '\n');
  } catch (const CLI::ParseError& error) {
    return refuse(std::string(error.what()) + "; see netlat flowlogs --help");
  }
  if (options.cost_per_gb &&
      !(std::isfinite(*options.cost_per_gb) && *options.cost_per_gb >= 0)) {
    return refuse("--cost-per-gb wants a price from 0 on, such as 0.02");
  }
  if (options.zones.empty()) options.zones = default_zone_maps();
  return options;
}

}  // namespace netlat
