#include "tools/probe/paths.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "netlat/base/stop_signal.h"
#include "netlat/probe/prober.h"
#include "netlat/probe/target.h"
#include "netlat/report/summary_json.h"
#include "tools/common/command_line.h"
#include "tools/probe/targets.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;

// Flows added at once, and in all: 512 are enough for 16 ways, each with a
// router of its own behind it, 99 times of 100.
constexpr unsigned kFirstFlows = 12, kMostAtOnce = kMostLanes;
constexpr unsigned kMostFlows = 512;
// The second of the two probes a flow and TTL, for answers that were lost.
constexpr std::uint32_t kAttempts = 2;

Result<GraphReport> find_paths(ProbePlan plan, unsigned rate) {
  GraphReport report;
  report.plan = plan;
  plan.rounds = kAttempts;
  const auto start = Clock::now();
  report.started = std::chrono::duration_cast<Nanos>(
      std::chrono::system_clock::now().time_since_epoch());
  unsigned missing = kFirstFlows;
  while (missing > 0 && report.graph.flows() < kMostFlows && !stop_asked()) {
    plan.lanes = std::min(missing, kMostAtOnce);
    Prober prober(rate);
    if (auto done = prober.add(plan); !done) return std::move(done.error());
    prober.run([] { return stop_asked(); }, nullptr);
    report.graph.add(prober.report(0));
    report.sent += prober.sent();
    if (report.graph.nodes().empty()) break;
    missing = report.graph.flows_missing();
  }
  report.complete = missing == 0;
  report.elapsed = Clock::now() - start;
  return report;
}

}  // namespace

int run_paths(const ProbeOptions& options) {
  catch_signals();
  const auto start = Clock::now();
  const ProbePlans plans = plans_of(options);
  std::vector<Error> problems = plans.problems;
  Output out(STDOUT_FILENO);
  JsonWriter json;
  SummaryRecord summary;
  const TextStyle style = style_of(options.text);
  for (const ProbePlan& plan : plans.plans) {
    auto report = find_paths(plan, options.rate);
    if (!report) {
      problems.push_back(std::move(report.error()).within(plan.name));
      continue;
    }
    summary.packets += report->sent;
    summary.flows += report->graph.flows();
    if (options.format == ProbeFormat::json) {
      out.append(graph_line(json, *report));
    } else {
      if (&plan != &plans.plans.front()) out.append("\n");
      out.append(graph_text(*report, style));
    }
  }
  complain_all(kProbeTool, problems);
  const int status =
      problems.empty() ? kExitDone : exit_status(problems.front().kind);
  if (options.format == ProbeFormat::json) {
    for (const Error& problem : problems) {
      out.append(problem_line(json, problem));
    }
    summary.elapsed = Clock::now() - start;
    summary.exit = status;
    out.append(summary_line(json, summary));
  }
  return finish(kProbeTool, out, status);
}

}  // namespace netlat
