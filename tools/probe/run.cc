#include "tools/probe/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "netlat/base/stop_signal.h"
#include "netlat/probe/host_names.h"
#include "netlat/probe/prober.h"
#include "netlat/report/messages.h"
#include "tools/probe/live.h"
#include "tools/probe/metrics_page.h"
#include "tools/probe/targets.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;

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

class Run {
 public:
  Run(const ProbeOptions& options, const ZoneMap* zones,
      const OriginFiles& origins)
      : options_(options),
        zones_(zones),
        origins_(origins),
        prober_(options.rate) {}

  void add(ProbePlan plan) {
    const std::string name = plan.name;
    plan.echoes = true;
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
    if (!added) return refuse(std::move(added.error()).within(name));
    notes_.push_back(std::move(notes));
  }

  void refuse(Error error) { out_.problems.push_back(std::move(error)); }

  ProbeRun finish() {
    const auto start = Clock::now();
    // Said before the probing, which may go on for long.
    complain_all(kProbeTool, out_.problems);
    HostNames names;
    if (options_.names) {
      prober_.on_address([&](const IpAddress& a) { names.ask(a); });
    }
    Companion* const resolver = options_.names ? &names : nullptr;
    if (options_.live && !notes_.empty()) {
      show(names);
    } else if (options_.metrics && !notes_.empty()) {
      serve(*options_.metrics, resolver);
    } else {
      probe(resolver);
    }
    judge(names);
    out_.elapsed = Clock::now() - start;
    return std::move(out_);
  }

 private:
  void probe(Companion* companion) {
    Progress progress(options_.quiet);
    prober_.run(
        [&] {
          progress.tick(prober_);
          return stop_asked();
        },
        companion);
  }

  void serve(const ListenAddress& where, Companion* names) {
    auto page = MetricsPage::open(where, prober_, notes_.size(), names);
    if (!page) return give_up(std::move(page.error()));
    probe(page->get());
  }

  void give_up(Error error) {
    complain(kProbeTool, error.message);
    refuse(std::move(error));
    out_.silent = true;
  }

  // The live view, until the rounds are done or the user ends it.
  void show(HostNames& names) {
    auto live = LiveView::open(prober_, options_.names ? &names : nullptr,
                               notes_.size(), [&](std::size_t target) {
                                 HopReport report = report_of(target);
                                 report.names = names.known();
                                 return report;
                               });
    if (!live) return give_up(std::move(live.error()));
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
    if (!origins_.empty()) {
      for (const HopRow& row : report.rows) {
        report.origins.push_back(row.address ? origins_.of(*row.address)
                                             : AddressOrigin{});
      }
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
  const OriginFiles& origins_;
  Prober prober_;
  std::vector<std::vector<std::string>> notes_;  // a target
  ProbeRun out_;
};

}  // namespace

ProbeRun run_probes(const ProbeOptions& options, const ZoneMap* zones,
                    const OriginFiles& origins) {
  Run run(options, zones, origins);
  catch_signals();
  ProbePlans plans = plans_of(options);
  for (Error& problem : plans.problems) run.refuse(std::move(problem));
  for (ProbePlan& plan : plans.plans) run.add(std::move(plan));
  return run.finish();
}

}  // namespace netlat
