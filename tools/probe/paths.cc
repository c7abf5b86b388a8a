#include "tools/probe/paths.h"

#include <algorithm>
#include <chrono>

#include "netlat/base/stop_signal.h"
#include "netlat/probe/prober.h"
#include "netlat/report/hop_graph.h"
#include "tools/probe/each_target.h"

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
  return run_each(options, [&](const ProbePlan& plan) -> Result<TargetAnswer> {
    auto report = find_paths(plan, options.rate);
    if (!report) return std::move(report.error());
    TargetAnswer answer;
    answer.sent = report->sent;
    answer.flows = report->graph.flows();
    JsonWriter json;
    answer.output = options.format == ProbeFormat::json
                        ? std::string(graph_line(json, *report))
                        : graph_text(*report, style_of(options.text));
    return answer;
  });
}

}  // namespace netlat
