#include "tools/probe/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "netlat/base/own_program.h"
#include "netlat/probe/target.h"
#include "netlat/source/segment_socket.h"

namespace netlat {

namespace {

constexpr const char* kOpener = "netlat-opener";

Result<int> open_beside_connection(bool v6, Port own, Port peer) {
  const std::string path = program_beside(kOpener);
  if (path.empty()) {
    return Error{fmt::format("source port {} is in use, and to send beside it "
                             "takes {}: it has to be beside this program or "
                             "at {}, and executable for you",
                             own, kOpener, libexec_path(kOpener)),
                 ErrorKind::permission};
  }
  auto fd = open_segment_socket(path, {v6, own, peer});
  if (!fd && fd.error().kind == ErrorKind::permission) {
    fd.error().message = fmt::format(
        "source port {} is in use, and to send beside it takes CAP_NET_RAW; "
        "run with sudo, or once: sudo setcap cap_net_raw+ep {}",
        own, path);
  }
  return fd;
}

struct NamedTarget {
  std::string text;
  std::string where = {};  // "hosts.txt: line 3"; empty: the command line
};

Result<void> read_targets(const std::string& path,
                          std::vector<NamedTarget>& out) {
  std::ifstream file(path);
  std::string line;
  for (unsigned number = 1; std::getline(file, line); ++number) {
    line = line.substr(0, line.find('#'));
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) continue;
    const auto last = line.find_last_not_of(" \t\r");
    out.push_back({line.substr(first, last - first + 1),
                   fmt::format("{}: line {}", path, number)});
  }
  if (file.eof()) return {};
  return Error{path + ": cannot be read; it holds a target a line"};
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
    if (plan && plan->flow_label && plan->target.is_v4()) {
      plan =
          Error{plan->name + ": --flow-label goes with IPv6", ErrorKind::usage};
    }
    if (!plan) {
      out.problems.push_back(std::move(plan.error()));
      return;
    }
    // Named twice, it would be probed at twice the rate and told of twice.
    const bool known = std::any_of(
        out.plans.begin(), out.plans.end(),
        [&](const ProbePlan& other) { return other.name == plan->name; });
    if (!known) out.plans.push_back(std::move(*plan));
  };
  if (options.flow) {
    ProbePlan plan = options.plan;
    plan.protocol = ProbeProtocol::tcp;
    plan.segments = open_beside_connection;
    auto done = read_flow(*options.flow, plan);
    take(done ? Result<ProbePlan>(std::move(plan)) : std::move(done.error()));
  }
  std::vector<NamedTarget> targets;
  for (const std::string& text : options.targets) targets.push_back({text});
  if (options.targets_file) {
    auto done = read_targets(*options.targets_file, targets);
    if (!done) out.problems.push_back(std::move(done.error()));
  }
  for (const NamedTarget& target : targets) {
    auto plan = plan_of(options, target.text);
    if (!plan && !target.where.empty()) {
      plan = std::move(plan.error()).within(target.where);
    }
    take(std::move(plan));
  }
  return out;
}

}  // namespace netlat
