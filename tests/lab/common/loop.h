// One thread that waits for sockets and for times.
//
// Deadlines go through one timerfd: the timeout of epoll itself is rounded
// up by a thousandth of its length, which is 150 us of a think time of
// 150 ms.  Timers due at the same moment run in the order they were set.

#ifndef TESTS_LAB_COMMON_LOOP_H_
#define TESTS_LAB_COMMON_LOOP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/lab/common/fd.h"

namespace lab::load {

class Loop {
 public:
  using Ready = std::function<void(uint32_t epoll_events)>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // `ready` is called while any of `events` (level-triggered), an error or a
  // hang-up holds.  One watcher a descriptor; forget it before closing.
  void watch(int fd, uint32_t events, Ready ready);
  void change(int fd, uint32_t events);
  void forget(int fd);

  // Keeps what may still be on the call stack alive until the current round
  // of events is over.
  void bury(std::shared_ptr<void> object);

  // Until stop().
  void run();
  void stop() { running_ = false; }

 private:
  friend class Timer;
  using Deadline = std::pair<int64_t, uint64_t>;  // monotonic ns, order
  struct Watcher {
    uint32_t generation;
    std::shared_ptr<Ready> ready;
  };

  Deadline set(int64_t monotonic_ns, std::function<void()> action);
  void arm();
  void run_due();
  void dispatch();

  bool running_ = false;
  Fd epoll_;
  Fd timer_;
  int64_t armed_ns_ = 0;
  uint64_t order_ = 0;
  uint32_t generation_ = 0;
  std::map<Deadline, std::function<void()>> deadlines_;
  std::unordered_map<int, Watcher> watchers_;
  std::vector<std::shared_ptr<void>> buried_;
};

// One deadline, set again at will, forgotten with its owner.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(&loop) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void at(int64_t monotonic_ns, std::function<void()> action);
  void after(int64_t ns, std::function<void()> action);
  void cancel();
  bool pending() const { return pending_; }

 private:
  Loop* loop_;
  bool pending_ = false;
  Loop::Deadline deadline_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_LOOP_H_
