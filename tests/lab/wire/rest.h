// How much a real-time thread leaves to others.
//
// A SCHED_FIFO thread that never sleeps starves ordinary threads, and Linux
// then takes the processor away from it for 50 ms of every second: long
// enough to look like a fault of the network. So the time slept is counted in
// short windows, and the thread first gives up spinning and then, if work
// alone fills the window, pauses for a fraction of a millisecond.

#pragma once

#include <algorithm>
#include <cstdint>

namespace lab {

class Rest {
 public:
  // A wait this long; a shorter one than a change of threads was none.
  void waited(int64_t ns) {
    if (ns > kShortestNs) slept_ns_ += ns;
  }

  // Starts a new window when the last is over; the pause the last one owes.
  int64_t owed_ns(int64_t now_ns) {
    const int64_t elapsed = now_ns - window_start_ns_;
    if (elapsed < kWindowNs) return 0;
    const int64_t owed = std::clamp(elapsed / kLeastPart - slept_ns_,
                                    int64_t{0}, kWindowNs / kLeastPart);
    may_spin_ = slept_ns_ > elapsed / kSpinPart;
    window_start_ns_ = now_ns;
    slept_ns_ = 0;
    return owed;
  }
  // Enough of the last window was slept to spend some of this one spinning.
  bool may_spin() const { return may_spin_; }

 private:
  static constexpr int64_t kShortestNs = 2'000;
  static constexpr int64_t kWindowNs = 250'000;
  static constexpr int64_t kLeastPart = 12;
  static constexpr int64_t kSpinPart = 3;

  int64_t window_start_ns_ = 0;
  int64_t slept_ns_ = 0;
  bool may_spin_ = true;
};

}  // namespace lab
