// netlat probe: where on the path the time goes, and what is lost.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "netlat/probe/network_namespace.h"
#include "netlat/report/hop_report.h"
#include "netlat/report/messages.h"
#include "netlat/report/summary_json.h"
#include "tools/common/command_line.h"
#include "tools/probe/mtu.h"
#include "tools/probe/options.h"
#include "tools/probe/paths.h"
#include "tools/probe/run.h"

namespace netlat {
namespace {

// Says which checks fail, and whether any does.
bool check(const ProbeOptions& options, const ProbeRun& run) {
  bool failed = false;
  for (const HopReport& report : run.reports) {
    for (const ProbeCheck& c : options.checks) {
      const std::string why =
          check_failure(c, target_row(report.rows), echo_loss(report.path));
      if (why.empty()) continue;
      failed = true;
      complain(kProbeTool, fmt::format("{}: {} does not hold: {}",
                                       report.path.plan.name, c.text, why));
    }
  }
  return failed;
}

void print_records(const ProbeRun& run, int status, Output& out) {
  JsonWriter json;
  SummaryRecord summary;
  std::string lines;
  for (const HopReport& report : run.reports) {
    hop_json(json, report, lines);
    summary.packets += report.path.sent;
    summary.flows += report.path.lanes.size();
  }
  for (const Error& problem : run.problems) {
    lines += problem_line(json, problem);
  }
  summary.elapsed = run.elapsed;
  summary.exit = status;
  lines += summary_line(json, summary);
  out.append(lines);
}

void print_text(const ProbeOptions& options, const ProbeRun& run, Output& out) {
  const TextStyle style = style_of(options.text);
  bool first = true;
  for (const HopReport& report : run.reports) {
    if (!first) out.append("\n");
    first = false;
    out.append(hop_text(report, style));
  }
}

void print_answer(const ProbeOptions& options, const ProbeRun& run, int status,
                  Output& out) {
  std::string lines;
  switch (options.format) {
    case ProbeFormat::text:
      return print_text(options, run, out);
    case ProbeFormat::json:
      return print_records(run, status, out);
    case ProbeFormat::mtr_text:
      for (const HopReport& report : run.reports) lines += hop_mtr_text(report);
      break;
    case ProbeFormat::mtr_json:
      for (const HopReport& report : run.reports) lines += hop_mtr_json(report);
      break;
    case ProbeFormat::csv:
      lines = hop_csv_header();
      for (const HopReport& report : run.reports) hop_csv(report, lines);
      break;
  }
  out.append(lines);
}

// Files that were named have to be good; those found are done without.
Result<OriginFiles> open_origins(const ProbeOptions& options) {
  if (!options.mmdb.empty()) return OriginFiles::open(options.mmdb);
  auto found = OriginFiles::open(default_origin_files());
  if (found) return found;
  if (!options.quiet) complain(kProbeTool, found.error().message);
  return OriginFiles::open({});
}

int run(int argc, char** argv) {
  auto parsed = parse_probe_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<ProbeOptions>(parsed);
  if (options.netns) {
    auto entered = enter_network_namespace(*options.netns);
    if (!entered) {
      return fail(kProbeTool, std::move(entered.error()).within("--netns"));
    }
  }
  if (options.paths) return run_paths(options);
  if (options.mtu) return run_mtu(options);
  auto zones = open_zone_map(kProbeTool, options.zones, options.quiet);
  if (!zones) return fail(kProbeTool, zones.error());
  auto origins = open_origins(options);
  if (!origins) return fail(kProbeTool, origins.error());
  const ProbeRun result =
      run_probes(options, zones->map ? &*zones->map : nullptr, *origins);
  const bool failed = check(options, result);
  int status = failed ? kExitNo : kExitDone;
  if (!result.problems.empty()) {
    status = exit_status(result.problems.front().kind);
  }
  Output out(STDOUT_FILENO);
  print_answer(options, result, status, out);
  return finish(kProbeTool, out, status);
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
