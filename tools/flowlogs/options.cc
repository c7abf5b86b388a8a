#include "tools/flowlogs/options.h"

#include <CLI/CLI.hpp>

#include "tools/common/command_line.h"

namespace netlat {

namespace {

struct Typed {
  std::optional<std::string> cost_per_gb, top;
  TypedText text;
};

void add_options(CLI::App& app, Options& o, Typed& typed) {
  app.add_option("FILE", o.files, "flow logs; - is standard input")
      ->option_text(" ")
      ->required();
  add_zone_options(app, o.zones);
  app.add_option("--with", o.with,
                 "join to a capture, or to what netlat analyze --json wrote; "
                 "may be repeated")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--format", o.format,
                 "fields of lines without a header, as AWS prints LogFormat")
      ->option_text("FIELDS");
  app.add_option("--cost-per-gb", typed.cost_per_gb,
                 "price of 10^9 octets that leave their zone")
      ->option_text("PRICE");
  app.add_option("--top", typed.top, "rows of each table (10)")
      ->option_text("N");
  add_text_options(app, typed.text);
  app.add_flag("--json", o.json, "records, one JSON object a line");
  app.add_flag("-q,--quiet", o.quiet, "no warnings");
}

Result<void> read_typed(const Typed& typed, Options& o) {
  if (auto done = read_text_options(typed.text, o.text); !done) return done;
  if (auto done = read_number("--top", typed.top, 0, 10'000, o.top); !done) {
    return done;
  }
  return read_fraction("--cost-per-gb", typed.cost_per_gb, 0, 1e6,
                       "a price such as 0.02", o.cost_per_gb);
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  Typed typed;
  CommandLine line("flowlogs",
                   "What cloud flow logs say: bytes between zones, rejects.");
  add_options(line.app(), options, typed);
  if (const auto ended = line.parse(argc, argv)) return *ended;
  if (auto done = read_typed(typed, options); !done) {
    return line.refuse(done.error());
  }
  return options;
}

}  // namespace netlat
