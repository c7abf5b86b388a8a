#include "tools/probe/targets.h"

#include <fmt/format.h>

#include <fstream>

#include "netlat/probe/target.h"

namespace netlat {

namespace {

Result<std::vector<std::string>> all_targets(const ProbeOptions& options) {
  std::vector<std::string> targets = options.targets;
  if (!options.targets_file) return targets;
  std::ifstream file(*options.targets_file);
  std::string line;
  while (std::getline(file, line)) {
    line = line.substr(0, line.find('#'));
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) continue;
    const auto last = line.find_last_not_of(" \t\r");
    targets.push_back(line.substr(first, last - first + 1));
  }
  if (!file.eof()) {
    return Error{*options.targets_file + ": cannot be read"};
  }
  return targets;
}

Result<ProbePlan> plan_of(const ProbeOptions& options,
                          const std::string& target) {
  ProbePlan plan = options.plan;
  if (auto done = resolve_target(target, options.v4, plan); !done) {
    return std::move(done.error());
  }
  if (plan.source && plan.source->is_v4() != plan.target.is_v4()) {
    return Error{fmt::format("{}: --source {} is of the other IP version; see "
                             "-4 and -6",
                             target, plan.source->text()),
                 ErrorKind::usage};
  }
  return plan;
}

}  // namespace

ProbePlans plans_of(const ProbeOptions& options) {
  ProbePlans out;
  const auto take = [&](Result<ProbePlan> plan) {
    if (plan) {
      out.plans.push_back(std::move(*plan));
    } else {
      out.problems.push_back(std::move(plan.error()));
    }
  };
  if (options.flow) {
    ProbePlan plan = options.plan;
    plan.protocol = ProbeProtocol::tcp;
    auto done = read_flow(*options.flow, plan);
    take(done ? Result<ProbePlan>(std::move(plan)) : std::move(done.error()));
  }
  auto targets = all_targets(options);
  if (!targets) {
    out.problems.push_back(std::move(targets.error()));
    return out;
  }
  for (const std::string& target : *targets) take(plan_of(options, target));
  return out;
}

}  // namespace netlat
