#include "netlat/publish/metrics_outlet.h"

#include <unistd.h>

#include <array>
#include <utility>

#include "netlat/base/safe_text.h"
#include "netlat/publish/alert_actions.h"
#include "netlat/publish/text_file.h"
#include "netlat/report/capture_metrics.h"
#include "netlat/report/metrics_protobuf.h"
#include "netlat/report/metrics_text.h"

namespace netlat {

namespace {

// What a scrape would have added.
std::vector<MetricLabel> origin() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
  return {{"instance", SafeText(name.data()).str()}, {"job", "netlat"}};
}

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<void> check(const MetricsPlan& plan) {
  if (!plan.remote_write.empty()) {
    const std::string problem = webhook_problem(plan.remote_write);
    if (!problem.empty()) {
      return Error{"remote write: " + problem, ErrorKind::usage};
    }
  }
  if (plan.text_file.empty()) return {};
  return replace_text_file(plan.text_file, "");
}

}  // namespace

std::string metrics_file_problem(const std::string& path) {
  if (path.ends_with(".prom")) return {};
  return path + ": node_exporter reads files named *.prom";
}

MetricsOutlet::MetricsOutlet(const MetricsPlan& plan,
                             std::function<void(const std::string&)> say)
    : say_(std::move(say)), text_file_(plan.text_file) {
  if (plan.remote_write.empty()) return;
  remote_.emplace(plan.remote_write, say_);
  remote_series_.emplace(origin());
}

Result<std::unique_ptr<MetricsOutlet>> MetricsOutlet::open(
    const MetricsPlan& plan, std::function<void(const std::string&)> say) {
  if (auto done = check(plan); !done) return std::move(done.error());
  std::unique_ptr<MetricsOutlet> outlet(
      new MetricsOutlet(plan, std::move(say)));
  if (plan.listen) {
    auto fd = listen_at(*plan.listen);
    if (!fd) return std::move(fd.error()).within("metrics");
    outlet->server_.emplace(*fd);
  }
  return outlet;
}

void MetricsOutlet::start() {
  if (server_) server_->start();
  if (remote_) remote_->start();
}

void MetricsOutlet::show(std::string_view page) {
  std::string whole(page);
  if (remote_) {
    const RemoteWriteCounts counts = remote_->counts();
    MetricSet own;
    append_remote_write_metrics({counts.sent, counts.lost, counts.pending},
                                own);
    whole += metrics_protobuf(own);
  }
  const Clock::time_point now = Clock::now();
  if (now >= next_) {
    next_ = now + kEvery;
    hand_on(whole);
  }
  if (server_) server_->show(std::move(whole));
}

void MetricsOutlet::hand_on(std::string_view page) {
  if (!remote_ && text_file_.empty()) return;
  const auto set = read_metrics_protobuf(page);
  if (!set) return;
  if (!text_file_.empty()) write_file(*set);
  if (!remote_) return;
  remote_->push(remote_series_->next(*set, now_ms()));
}

void MetricsOutlet::end(std::chrono::milliseconds patience) {
  if (!remote_) return;
  remote_->push(remote_series_->next({}, now_ms()));
  remote_->drain(patience);
}

void MetricsOutlet::write_file(const MetricSet& set) {
  const auto done = replace_text_file(
      text_file_, metrics_text(set, MetricsDialect::text_0_0_4));
  std::string problem = done ? "" : done.error().message;
  if (problem == file_problem_) return;
  file_problem_ = std::move(problem);
  say_("metrics: " + (file_problem_.empty() ? text_file_ + " is written again"
                                            : file_problem_));
}

}  // namespace netlat
