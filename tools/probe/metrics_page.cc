#include "tools/probe/metrics_page.h"

#include <chrono>

#include "netlat/probe/recent_path.h"
#include "netlat/report/metrics_protobuf.h"

namespace netlat {

namespace {

// Prometheus asks every 15 seconds or so; a page of ten seconds is too old.
constexpr Nanos kEvery = std::chrono::seconds(2);
constexpr Nanos kLately = std::chrono::minutes(5);

Nanos steady_now() {
  return std::chrono::duration_cast<Nanos>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

MetricsPage::MetricsPage(int listening, const Prober& prober,
                         std::size_t targets, Companion* other)
    : server_(listening),
      prober_(prober),
      targets_(targets),
      other_(other),
      shown_(steady_now()) {
  server_.start();
}

Result<std::unique_ptr<MetricsPage>> MetricsPage::open(
    const ListenAddress& address, const Prober& prober, std::size_t targets,
    Companion* other) {
  auto fd = listen_at(address);
  if (!fd) return std::move(fd.error()).within("--metrics");
  return std::unique_ptr<MetricsPage>(
      new MetricsPage(*fd, prober, targets, other));
}

void MetricsPage::add_waits(std::vector<pollfd>& out) {
  if (other_ != nullptr) other_->add_waits(out);
}

void MetricsPage::serve() {
  if (other_ != nullptr) other_->serve();
  const Nanos now = steady_now();
  if (now - shown_ < kEvery) return;
  shown_ = now;
  std::vector<ProbedTarget> targets;
  for (std::size_t i = 0; i < targets_; ++i) {
    PathReport path = prober_.report(i);
    auto lately = judge_hops(recent_path(path, now - kLately));
    targets.push_back({std::move(path), std::move(lately)});
  }
  MetricSet set;
  append_probe_metrics(targets, set);
  server_.show(metrics_protobuf(set));
}

}  // namespace netlat
