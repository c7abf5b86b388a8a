#include "tools/probe/each_target.h"

#include <unistd.h>

#include <chrono>

#include "netlat/base/stop_signal.h"
#include "netlat/report/summary_json.h"
#include "tools/common/command_line.h"
#include "tools/probe/targets.h"

namespace netlat {

int run_each(const ProbeOptions& options,
             const std::function<Result<TargetAnswer>(const ProbePlan&)>& ask) {
  using Clock = std::chrono::steady_clock;
  catch_signals();
  const auto start = Clock::now();
  ProbePlans plans = plans_of(options);
  const bool records = options.format == ProbeFormat::json;
  Output out(STDOUT_FILENO);
  SummaryRecord summary;
  bool first = true;
  for (const ProbePlan& plan : plans.plans) {
    if (stop_asked()) break;
    auto answer = ask(plan);
    if (!answer) {
      plans.problems.push_back(std::move(answer.error()).within(plan.name));
      continue;
    }
    summary.packets += answer->sent;
    summary.flows += answer->flows;
    if (!first && !records) out.append("\n");
    first = false;
    out.append(answer->output);
  }
  complain_all(kProbeTool, plans.problems);
  const int status = plans.problems.empty()
                         ? kExitDone
                         : exit_status(plans.problems.front().kind);
  if (records) {
    JsonWriter json;
    for (const Error& problem : plans.problems) {
      out.append(problem_line(json, problem));
    }
    summary.elapsed = Clock::now() - start;
    summary.exit = status;
    out.append(summary_line(json, summary));
  }
  return finish(kProbeTool, out, status);
}

}  // namespace netlat
