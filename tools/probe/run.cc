#include "tools/probe/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>

#include "netlat/base/stop_signal.h"
#include "netlat/probe/host_names.h"
#include "netlat/probe/prober.h"
#include "netlat/probe/target.h"
#include "tools/probe/live.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Port kUdpPort = 33'434;  // the first of traceroute's
// What the last names may take once all answers are in.
constexpr std::chrono::milliseconds kWaitForNames(200);

// One line on standard error, twice a second, from one second on.
class Progress {
 public:
  explicit Progress(bool quiet)
      : enabled_(!quiet && isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (shown_) (void)std::fputs("\r\x1b[K", stderr);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void tick(const Prober& prober) {
    if (!enabled_) return;
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(500);
    fmt::print(stderr, "\r{} probes sent\x1b[K", prober.sent());
    (void)std::fflush(stderr);
    shown_ = true;
  }

 private:
  bool enabled_, shown_ = false;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(1);
};

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

class Run {
 public:
  Run(const ProbeOptions& options, const ZoneMap* zones)
      : options_(options), zones_(zones), prober_(options.rate) {}

  void add(ProbePlan plan, const std::string& name) {
    std::vector<std::string> notes;
    auto added = prober_.add(plan);
    if (!added && added.error().kind == ErrorKind::permission &&
        plan.protocol == ProbeProtocol::icmp && !options_.protocol_given) {
      notes.emplace_back(
          "no ICMP: net.ipv4.ping_group_range forbids it and CAP_NET_RAW is "
          "missing; UDP instead, so the target's loss cannot be judged");
      plan.protocol = ProbeProtocol::udp;
      plan.port = kUdpPort;
      added = prober_.add(plan);
    }
    if (!added) {
      out_.problems.push_back(std::move(added.error()).within(name));
      return;
    }
    notes_.push_back(std::move(notes));
  }

  void add_named(const std::string& target) {
    ProbePlan plan = options_.plan;
    if (auto done = resolve_target(target, options_.v4, plan); !done) {
      out_.problems.push_back(std::move(done.error()));
      return;
    }
    if (plan.source && plan.source->is_v4() != plan.target.is_v4()) {
      out_.problems.push_back(
          {fmt::format("{}: --source {} is of the other IP version; see -4 "
                       "and -6",
                       target, plan.source->text()),
           ErrorKind::usage});
      return;
    }
    add(plan, target);
  }

  void refuse(Error error) { out_.problems.push_back(std::move(error)); }

  ProbeRun finish() {
    const auto start = Clock::now();
    HostNames names;
    if (options_.names) {
      prober_.on_address([&](const IpAddress& a) { names.ask(a); });
    }
    if (options_.live && !notes_.empty()) {
      show(names);
    } else {
      Progress progress(options_.quiet);
      prober_.run(
          [&] {
            progress.tick(prober_);
            return stop_asked();
          },
          options_.names ? &names : nullptr);
    }
    judge(names);
    out_.elapsed = Clock::now() - start;
    return std::move(out_);
  }

 private:
  // The live view, until the rounds are done or the user ends it.
  void show(HostNames& names) {
    auto live = LiveView::open(prober_, options_.names ? &names : nullptr,
                               notes_.size(), [&](std::size_t target) {
                                 HopReport report = report_of(target);
                                 report.names = names.known();
                                 return report;
                               });
    if (!live) {
      out_.problems.push_back(std::move(live.error()));
      return;
    }
    prober_.run([&] { return stop_asked() || (*live)->ended(); }, live->get());
    out_.silent = (*live)->ended() && !(*live)->wants_report();
  }

  HopReport report_of(std::size_t target) const {
    HopReport report;
    report.path = prober_.report(target);
    report.rows = judge_hops(report.path);
    if (zones_ != nullptr) {
      report.zones = hop_zones(*zones_, report.path, report.rows);
    }
    report.notes = notes_[target];
    return report;
  }

  void judge(HostNames& names) {
    if (out_.silent) return;
    for (std::size_t i = 0; i < notes_.size(); ++i) {
      out_.reports.push_back(report_of(i));
    }
    if (!options_.names) return;
    names.wait(kWaitForNames);
    for (HopReport& report : out_.reports) report.names = names.known();
  }

  const ProbeOptions& options_;
  const ZoneMap* zones_;  // may be null
  Prober prober_;
  std::vector<std::vector<std::string>> notes_;  // a target
  ProbeRun out_;
};

}  // namespace

ProbeRun run_probes(const ProbeOptions& options, const ZoneMap* zones) {
  Run run(options, zones);
  catch_signals();
  if (options.flow) {
    ProbePlan plan = options.plan;
    plan.protocol = ProbeProtocol::tcp;
    if (auto done = read_flow(*options.flow, plan); !done) {
      run.refuse(std::move(done.error()));
    } else {
      run.add(plan, *options.flow);
    }
  }
  auto targets = all_targets(options);
  if (!targets) {
    run.refuse(std::move(targets.error()));
  } else {
    for (const std::string& target : *targets) run.add_named(target);
  }
  return run.finish();
}

}  // namespace netlat
