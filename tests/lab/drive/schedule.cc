#include "tests/lab/drive/schedule.h"

#include <algorithm>
#include <utility>

namespace lab {

Schedule::Schedule(Loop& loop, std::mt19937_64& random,
                   std::function<void(int64_t)> begin)
    : loop_(loop), random_(random), begin_(std::move(begin)), next_(loop) {}

void Schedule::open_loop(const Duration& gap) {
  off();
  kind_ = Kind::kOpen;
  gap_ = gap;
  due_ns_ = monotonic_ns() + gap_ns();
  next_.at(due_ns_, [this] { run_due(); });
}

void Schedule::serial(int64_t users, const Duration& pause) {
  off();
  kind_ = Kind::kSerial;
  gap_ = pause;
  for (int64_t i = 0; i < users; ++i) begin_(monotonic_ns());
}

void Schedule::burst(int64_t count) {
  const int64_t now = monotonic_ns();
  for (int64_t i = 0; i < count; ++i) begin_(now);
}

void Schedule::off() {
  kind_ = Kind::kOff;
  next_.cancel();
  users_.clear();
}

void Schedule::ramp(double factor_to, int64_t over_ns) {
  const int64_t now = monotonic_ns();
  from_factor_ = factor(now);
  to_factor_ = factor_to;
  ramp_begin_ns_ = now;
  ramp_ns_ = over_ns;
}

void Schedule::answered() {
  if (kind_ != Kind::kSerial) return;
  const uint64_t user = ++last_user_;
  const auto [at, fresh] = users_.emplace(user, std::make_unique<Timer>(loop_));
  at->second->after(gap_.sample_ns(random_), [this, user] {
    const std::shared_ptr<Timer> timer = std::move(users_[user]);
    users_.erase(user);
    begin_(monotonic_ns());
  });
}

void Schedule::run_due() {
  const int64_t now = monotonic_ns();
  while (kind_ == Kind::kOpen && due_ns_ <= now) {
    const int64_t due = due_ns_;
    due_ns_ += gap_ns();
    begin_(due);
  }
  if (kind_ == Kind::kOpen) next_.at(due_ns_, [this] { run_due(); });
}

int64_t Schedule::gap_ns() {
  // A schedule of no gaps at all would never return.
  constexpr double kLeastNs = 1000;
  const auto ns = static_cast<double>(gap_.sample_ns(random_));
  return static_cast<int64_t>(std::max(kLeastNs, ns / factor(monotonic_ns())));
}

double Schedule::factor(int64_t now_ns) const {
  const int64_t done_ns = now_ns - ramp_begin_ns_;
  if (done_ns >= ramp_ns_) return to_factor_;
  return from_factor_ + (to_factor_ - from_factor_) *
                            static_cast<double>(done_ns) /
                            static_cast<double>(ramp_ns_);
}

}  // namespace lab
