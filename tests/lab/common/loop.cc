#include "tests/lab/common/loop.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>

#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

Loop::Loop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  // Its expiry only ends the wait: run_due() looks at the clock.
  watch(timer_.get(), EPOLLIN, [](uint32_t) {});
}

// What is left may hold timers, which look for their deadlines here.
Loop::~Loop() {
  while (!buried_.empty()) std::exchange(buried_, {}).clear();
  while (!deadlines_.empty()) deadlines_.extract(deadlines_.begin());
}

void Loop::watch(int fd, uint32_t events, Ready ready) {
  const uint32_t generation = ++generation_;
  watchers_[fd] = {generation, std::make_shared<Ready>(std::move(ready))};
  epoll_event event{};
  event.events = events;
  event.data.u64 = uint64_t{generation} << 32 | static_cast<uint32_t>(fd);
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Loop::change(int fd, uint32_t events) {
  const auto watcher = watchers_.find(fd);
  if (watcher == watchers_.end()) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 =
      uint64_t{watcher->second.generation} << 32 | static_cast<uint32_t>(fd);
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  if (watchers_.erase(fd) == 0) return;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::bury(std::shared_ptr<void> object) {
  buried_.push_back(std::move(object));
}

void Loop::run() {
  running_ = true;
  while (running_) {
    arm();
    dispatch();
    // What is buried may bury more as it goes.
    while (!buried_.empty()) std::exchange(buried_, {}).clear();
  }
}

Loop::Deadline Loop::set(int64_t monotonic_ns, std::function<void()> action) {
  const Deadline deadline{monotonic_ns, ++order_};
  deadlines_.emplace(deadline, std::move(action));
  return deadline;
}

void Loop::arm() {
  const int64_t next =
      deadlines_.empty()
          ? 0
          : std::max<int64_t>(1, deadlines_.begin()->first.first);
  if (next == armed_ns_) return;
  armed_ns_ = next;
  itimerspec when{};
  when.it_value.tv_sec = next / kNsPerSecond;
  when.it_value.tv_nsec = next % kNsPerSecond;
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Loop::run_due() {
  const int64_t now = monotonic_ns();
  // Those that due timers set for now or earlier wait for the next round, so
  // that sockets are looked at in between.
  const uint64_t last = order_;
  while (running_ && !deadlines_.empty()) {
    const auto first = deadlines_.begin();
    if (first->first.first > now || first->first.second > last) break;
    const auto action = std::move(first->second);
    deadlines_.erase(first);
    action();
  }
  // Expired or not, the timerfd is set anew: that also makes it unreadable.
  if (armed_ns_ <= now) armed_ns_ = -1;
}

void Loop::dispatch() {
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_.get(), events.data(),
                               static_cast<int>(events.size()), -1);
  run_due();
  for (int i = 0; i < count && running_; ++i) {
    const epoll_event& event = events.at(static_cast<size_t>(i));
    const auto fd = static_cast<int>(event.data.u64 & 0xffffffff);
    const auto watcher = watchers_.find(fd);
    if (watcher == watchers_.end()) continue;
    if (watcher->second.generation != event.data.u64 >> 32) continue;
    const std::shared_ptr<Ready> ready = watcher->second.ready;
    (*ready)(event.events);
  }
}

void Timer::at(int64_t monotonic_ns, std::function<void()> action) {
  cancel();
  pending_ = true;
  deadline_ = loop_->set(monotonic_ns, [this, action = std::move(action)] {
    pending_ = false;
    action();
  });
}

void Timer::after(int64_t ns, std::function<void()> action) {
  at(monotonic_ns() + ns, std::move(action));
}

void Timer::cancel() {
  if (pending_) loop_->deadlines_.erase(deadline_);
  pending_ = false;
}

}  // namespace lab::load
