// netlat zones import: what cloud command lines print as JSON, as a zone map.

#include <fmt/format.h>
#include <unistd.h>

#include "netlat/base/safe_text.h"
#include "netlat/report/exit_status.h"
#include "netlat/report/messages.h"
#include "netlat/zone/zone_import.h"
#include "netlat/zone/zone_reader.h"
#include "tools/zones/commands.h"
#include "tools/zones/map_writer.h"

namespace netlat {

namespace {

int fail(const Error& error) {
  complain(kTool, error.message);
  return exit_status(error.kind);
}

void warn(const ZoneImport& import) {
  constexpr std::size_t kMost = 10;
  const auto& warnings = import.warnings();
  for (std::size_t i = 0; i < std::min(warnings.size(), kMost); ++i) {
    complain(kTool, warnings[i]);
  }
  const ZoneImportCounts& n = import.counts();
  if (warnings.size() > kMost) {
    complain(kTool, fmt::format("in all, left out {} objects of unknown kind, "
                                "{} addresses without a zone, {} that are no "
                                "prefix",
                                n.unknown, n.no_zone, n.not_a_prefix));
  }
}

// The map so far; nothing if it is to begin.
Result<std::optional<ZoneMap>> map_before(const ImportOptions& options) {
  std::optional<ZoneMap> none;
  if (!options.append || access(options.output.c_str(), F_OK) != 0) {
    return none;
  }
  ZoneMapReading reading = read_zone_maps({options.output});
  if (reading.map) return std::move(reading.map);
  complain_all(kTool, reading.problems);
  return Error{fmt::format("{}: nothing was added; mend it first",
                           SafeText(options.output).str())};
}

}  // namespace

int import(const ImportOptions& options) {
  auto before = map_before(options);
  if (!before) return fail(before.error());
  auto writer = MapWriter::open(options.output, options.append);
  if (!writer) return fail(writer.error());
  ZoneImport import(options.import, *before ? &**before : nullptr,
                    [&](std::string_view line) { (*writer)->add(line); });
  for (const std::string& file : options.files) {
    auto done = import.read(file);
    if (done) continue;
    if (options.output == "-") {
      (void)(*writer)->finish();
      return fail(done.error());
    }
    complain(kTool, done.error().message);
    complain(kTool,
             fmt::format("{} is as it was", SafeText(options.output).str()));
    return exit_status(done.error().kind);
  }
  import.finish();
  if (!options.quiet) warn(import);
  if (auto done = (*writer)->finish(); !done) return fail(done.error());
  if (!options.quiet && options.output != "-") {
    complain(kTool,
             fmt::format("{}: {} lines added", SafeText(options.output).str(),
                         (*writer)->added()));
  }
  return kExitDone;
}

}  // namespace netlat
