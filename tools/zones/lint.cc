// netlat zones lint: what is wrong or doubtful in a map.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "netlat/base/safe_text.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"
#include "netlat/zone/zone_lint.h"
#include "tools/common/command_line.h"
#include "tools/zones/against.h"
#include "tools/zones/commands.h"
#include "tools/zones/open_map.h"

namespace netlat {

namespace {

void print_json(const ZoneMap& map, const std::vector<ZoneFinding>& findings,
                Output& out) {
  JsonWriter json;
  for (const ZoneFinding& f : findings) {
    const ZoneLine line = map.line(f.line);
    json.begin("zone_finding");
    json.plain("fault", to_word(f.fault));
    json.text("file", SafeText(line.file).str());
    json.field("line", line.number);
    if (f.other != 0) {
      const ZoneLine other = map.line(f.other);
      json.text("other_file", SafeText(other.file).str());
      json.field("other_line", other.number);
    } else {
      json.null("other_file");
      json.null("other_line");
    }
    json.field("lines", f.lines);
    json.text("message", finding_text(map, f));
    out.append(json.finish());
  }
}

// The first few of each fault, and how many there are besides.
void print_text(const ZoneMap& map, const std::vector<ZoneFinding>& findings,
                Output& out) {
  constexpr std::size_t kMost = 20;
  for (std::size_t from = 0; from < findings.size();) {
    const ZoneFault fault = findings[from].fault;
    std::size_t to = from;
    while (to < findings.size() && findings[to].fault == fault) ++to;
    const std::size_t shown = std::min(to, from + kMost);
    for (std::size_t i = from; i < shown; ++i) {
      out.append(finding_text(map, findings[i]) + '\n');
    }
    if (to > shown) {
      out.append(fmt::format("and {} more of the kind {} (--json lists all)\n",
                             to - shown, to_word(fault)));
    }
    from = to;
  }
  if (findings.empty()) {
    out.append(fmt::format("nothing found in {} lines\n", map.line_count()));
  }
}

// Whether the captures contradict the map, or the status of a failure.
int hold_against(const ZoneMap& map, const LintOptions& options, Output& out) {
  const auto evidence = gather(map, options.captures);
  if (!evidence) {
    complain(kTool, evidence.error().message);
    return exit_status(evidence.error().kind);
  }
  print_evidence(map, **evidence, options.map.json, out);
  complain_all(kTool, (*evidence)->problems);
  if (!(*evidence)->problems.empty()) return kExitFailed;
  return (*evidence)->doubts.doubts().empty() ? kExitDone : kExitNo;
}

}  // namespace

int lint(const LintOptions& options) {
  Output out(STDOUT_FILENO);
  MapOptions quiet = options.map;
  quiet.quiet = true;  // what it would warn of is among the findings
  const ZoneMapReading reading = open_map(quiet, out);
  int status = kExitDone;
  if (reading.map) {
    const auto findings = lint_zones(*reading.map);
    if (options.map.json) {
      print_json(*reading.map, findings, out);
    } else if (reading.problems.empty() || !findings.empty()) {
      print_text(*reading.map, findings, out);
    }
    if (!findings.empty()) status = kExitNo;
    if (!options.captures.empty()) {
      status = std::max(status, hold_against(*reading.map, options, out));
    }
  }
  if (!reading.problems.empty()) {
    status = exit_status(reading.problems[0].kind);
  }
  return finish(kTool, out, status);
}

}  // namespace netlat
