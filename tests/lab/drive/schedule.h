// When requests begin.
//
// Open loop: the times are fixed by the schedule alone and go on while the
// server, or this program, stands still; what was missed is made up for at
// once, with the time it was due.  Serial: some time after the last answer.

#ifndef TESTS_LAB_DRIVE_SCHEDULE_H_
#define TESTS_LAB_DRIVE_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "tests/lab/common/loop.h"
#include "tests/lab/common/values.h"

namespace lab::load {

class Schedule {
 public:
  // Starts a request due at a monotonic time; `user` is for answered().
  using Begin = std::function<void(int64_t due_ns, uint64_t user)>;

  Schedule(Loop& loop, std::mt19937_64& random, Begin begin);

  void open_loop(const Duration& gap);
  // `users` requests at a time, each `pause` after the one before.
  void serial(int64_t users, const Duration& pause);
  void burst(int64_t count);
  void off();
  // Arrivals become `factor` times as frequent as at first, by and by.
  void ramp(double factor, int64_t over_ns);

  // The request that was begun for this user is over.
  void answered(uint64_t user);

 private:
  void run_due();
  int64_t gap_ns();
  double factor(int64_t now_ns) const;

  Loop& loop_;
  std::mt19937_64& random_;
  Begin begin_;
  bool open_ = false;
  Duration gap_;
  Timer next_;
  int64_t due_ns_ = 0;
  // Each with its pause; a request of no user, or of one gone, has 0 or a
  // number not here.
  std::map<uint64_t, std::unique_ptr<Timer>> users_;
  uint64_t last_user_ = 0;
  double from_factor_ = 1;
  double to_factor_ = 1;
  int64_t ramp_begin_ns_ = 0;
  int64_t ramp_ns_ = 0;
};

}  // namespace lab::load

#endif  // TESTS_LAB_DRIVE_SCHEDULE_H_
