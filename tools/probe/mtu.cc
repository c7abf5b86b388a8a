#include "tools/probe/mtu.h"

#include <poll.h>

#include <algorithm>
#include <chrono>

#include "netlat/base/stop_signal.h"
#include "netlat/probe/prober.h"
#include "netlat/report/hop_mtu.h"
#include "tools/probe/each_target.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;

// What every host takes (RFC 791, 8200).
constexpr std::uint32_t kLeastV4 = 576, kLeastV6 = 1280;
constexpr std::uint32_t kRounds = 3;
constexpr Nanos kInterval = std::chrono::milliseconds(20);
// A limiter of one answer a second has recovered.
constexpr int kPauseMs = 1200;

class MtuSearch {
 public:
  MtuSearch(ProbePlan plan, unsigned rate)
      : plan_(std::move(plan)), rate_(rate) {
    plan_.lanes = 1;
    plan_.rounds = kRounds;
    plan_.interval = kInterval;
  }

  Result<MtuReport> run() {
    const auto start = Clock::now();
    MtuReport report;
    report.plan = plan_;
    report.started = std::chrono::duration_cast<Nanos>(
        std::chrono::system_clock::now().time_since_epoch());
    const std::uint32_t least = plan_.target.is_v4() ? kLeastV4 : kLeastV6;
    // Tells which interface it is.
    auto trial = attempt(least);
    if (!trial) return std::move(trial.error());
    const std::uint32_t first =
        std::clamp(interface_mtu(source_), least, kMostSize);
    auto found = find_path_mtu(
        first, least, [&](std::uint32_t size) { return attempt(size); },
        [] { (void)poll(nullptr, 0, kPauseMs); });
    if (!found) return std::move(found.error());
    report.found = std::move(*found);
    report.sent = sent_;
    report.elapsed = Clock::now() - start;
    return report;
  }

 private:
  Result<MtuTrial> attempt(std::uint32_t size) {
    if (stop_asked()) return Error{"stopped before the answer was known"};
    plan_.size = static_cast<std::uint16_t>(size);
    Prober prober(rate_);
    if (auto done = prober.add(plan_); !done) return std::move(done.error());
    prober.run([] { return stop_asked(); }, nullptr);
    const PathReport report = prober.report(0);
    sent_ += report.sent;
    source_ = report.lanes.front().source;
    return mtu_trial(report);
  }

  ProbePlan plan_;
  unsigned rate_;
  IpAddress source_;
  std::uint64_t sent_ = 0;
};

}  // namespace

int run_mtu(const ProbeOptions& options) {
  return run_each(options, [&](const ProbePlan& plan) -> Result<TargetAnswer> {
    auto report = MtuSearch(plan, options.rate).run();
    if (!report) return std::move(report.error());
    TargetAnswer answer;
    answer.sent = report->sent;
    answer.flows = 1;
    JsonWriter json;
    answer.output = options.format == ProbeFormat::json
                        ? std::string(mtu_line(json, *report))
                        : mtu_text(*report, style_of(options.text));
    return answer;
  });
}

}  // namespace netlat
