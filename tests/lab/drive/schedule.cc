#include "tests/lab/drive/schedule.h"

#include <algorithm>
#include <utility>

namespace lab::load {

Schedule::Schedule(Loop& loop, std::mt19937_64& random, Begin begin)
    : loop_(loop), random_(random), begin_(std::move(begin)), next_(loop) {}

void Schedule::open_loop(const Duration& gap) {
  off();
  open_ = true;
  gap_ = gap;
  due_ns_ = monotonic_ns() + gap_ns();
  next_.at(due_ns_, [this] { run_due(); });
}

void Schedule::serial(int64_t users, const Duration& pause) {
  off();
  gap_ = pause;
  const uint64_t first = last_user_ + 1;
  last_user_ += static_cast<uint64_t>(users);
  for (uint64_t user = first; user <= last_user_; ++user)
    users_[user] = std::make_unique<Timer>(loop_);
  for (uint64_t user = first; user <= last_user_; ++user)
    begin_(monotonic_ns(), user);
}

void Schedule::burst(int64_t count) {
  const int64_t now = monotonic_ns();
  for (int64_t i = 0; i < count; ++i) begin_(now, 0);
}

void Schedule::off() {
  open_ = false;
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

void Schedule::answered(uint64_t user) {
  const auto found = users_.find(user);
  if (found == users_.end()) return;
  found->second->after(gap_.sample_ns(random_),
                       [this, user] { begin_(monotonic_ns(), user); });
}

void Schedule::run_due() {
  const int64_t now = monotonic_ns();
  while (open_ && due_ns_ <= now) {
    const int64_t due = due_ns_;
    due_ns_ += gap_ns();
    begin_(due, 0);
  }
  if (open_) next_.at(due_ns_, [this] { run_due(); });
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

}  // namespace lab::load
