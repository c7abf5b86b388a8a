#pragma once
// Between a thread that measures and the one that writes.
//
// Problem: whoever writes may have to wait, and whoever reads packets must not.
// Method: what was found is collected by the thread that found it, and a few
// times a second given away under a lock that is held for no longer than it
// takes to move it.  If the lock is taken the next time will do; what waits is
// bounded, and what does not fit is counted (Findings).
// Cost: nothing for a packet; for each turn of the reader one load.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "netlat/base/time.h"
#include "tools/capture/findings.h"

namespace netlat {

/// Wakes the one that writes; all others share it.
class Bell {
 public:
  void ring();
  /// Until somebody rings, or so long; what was rung before counts.
  void wait(Nanos most);

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
  bool ringing_ = false;
};

class Handover {
 public:
  explicit Handover(Bell& bell) : bell_(bell) {}

  // By the thread that measures.

  /// Gives it all away, unless the other is at it just now.
  void give(Findings& findings);
  /// Gives it all away.
  void give_last(Findings& findings);
  /// Orders that came since the last call; cheap if there are none.
  std::optional<Orders> take_orders() {
    if (!ordered_.load(std::memory_order_relaxed)) return std::nullopt;
    return take_orders_there();
  }
  /// Pieces of a recording that are given away and not yet written.
  int pieces() const noexcept { return pieces_.load(); }

  // By the thread that writes.

  /// What was given away since; false if nothing was.
  bool take(Findings& into);
  /// The number this has in Findings::orders_taken once it is obeyed.
  std::uint64_t order(const SharedZones& zones);
  void order(const RecordingOrder& recording);
  /// So many pieces are written.
  void written(int pieces) noexcept { pieces_ -= pieces; }

 private:
  void put(Findings& findings);
  std::optional<Orders> take_orders_there();

  Bell& bell_;
  std::mutex mutex_;
  Findings given_;
  bool any_ = false;
  Orders orders_;
  std::uint64_t orders_given_ = 0;
  std::atomic<bool> ordered_ = false;
  std::atomic<int> pieces_ = 0;
};

}  // namespace netlat
