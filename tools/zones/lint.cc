// netlat zones lint: what is wrong or doubtful in a map.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "netlat/report/json_writer.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"
#include "netlat/report/zone_findings.h"
#include "netlat/zone/zone_lint.h"
#include "tools/common/command_line.h"
#include "tools/zones/against.h"
#include "tools/zones/commands.h"
#include "tools/zones/open_map.h"

namespace netlat {

namespace {

void print_findings(const ZoneMap& map,
                    const std::vector<ZoneFinding>& findings, bool json,
                    Output& out) {
  if (!json) return out.append(text_zone_findings(map, findings));
  JsonWriter writer;
  for (const ZoneFinding& finding : findings) {
    out.append(zone_finding_line(writer, map, finding));
  }
}

// The doubts, then the addresses without a zone by their traffic.
void print_evidence(const ZoneMap& map, const Evidence& evidence, bool json,
                    Output& out) {
  const std::vector<ZoneDoubt> doubts = evidence.doubts.doubts();
  if (!json) {
    out.append(text_zone_doubts(map, doubts));
    return out.append(text_unplaced(evidence.matrix));
  }
  JsonWriter writer;
  for (const ZoneDoubt& doubt : doubts) {
    out.append(zone_finding_line(writer, map, doubt));
  }
  for (const auto& [address, what] : evidence.matrix.unplaced()) {
    out.append(zone_address_line(writer, address, what));
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
    print_findings(*reading.map, findings, options.map.json, out);
    if (findings.empty() && reading.problems.empty() && !options.map.json) {
      out.append(fmt::format("nothing found in {} lines\n",
                             reading.map->line_count()));
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
