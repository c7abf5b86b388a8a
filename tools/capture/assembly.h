#pragma once
// One interval of what all threads saw of it.
//
// Problem: each thread closes its intervals by its own packets and its own
// clock, and a second is to have one record for each service.  Method: the
// earliest interval that any thread has waiting is complete once all threads
// have something waiting, for each thread closes every interval, also an empty
// one, in order.  Where a map was replaced, what came before and after stays
// apart.
// Bias: a thread that does not come, or whose clock was set back, is waited for
// no longer than kMostWaiting intervals; what it says then stands in records of
// their own.
// Cost: by row of an interval, once a second.

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "tools/capture/findings.h"

namespace netlat {

class IntervalAssembly {
 public:
  static constexpr std::size_t kMostWaiting = 8;

  explicit IntervalAssembly(std::size_t threads) : waiting_(threads) {}

  /// One more interval of a thread.
  void add(std::size_t thread, ClosedInterval closed) {
    waiting_[thread].push_back(std::move(closed));
  }
  /// The next that is whole; if there is nothing to come, the next that is
  /// there.
  std::optional<ClosedInterval> next(bool nothing_to_come);

 private:
  const ClosedInterval* earliest() const;
  bool all_came() const;
  bool too_many() const;

  std::vector<std::deque<ClosedInterval>> waiting_;  // by thread
};

}  // namespace netlat
