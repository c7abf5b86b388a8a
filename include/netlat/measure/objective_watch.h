#pragma once
// Tells when an objective is broken, second by second.
//
// Problem: a bad second is no incident, and an average over an hour tells of
// one too late and too long.  Method: bad events and all events are summed over
// two windows, the objective's and a twelfth of it; it is broken while both
// burn the budget at the rate asked for or faster (Google SRE workbook,
// chapter 5).  The long window makes it matter, the short one makes it now; a
// short window without events leaves things as they are.
// Bias: whether a sample is above the limit is told by its histogram bucket, so
// samples within 2.2 % above the limit may still count as good.  In a second in
// which the capture dropped packets, losses, retransmissions and failures are
// not counted at all: they may be of the capture's making.
// Seconds of a window of more than kMostSteps are kept several together, so
// that it may be longer than asked for by one part in so many.
// Cost: 24 octets a step, 86 kB at most; a second is one walk over the
// interval's rows.

#include <cstdint>
#include <deque>

#include "netlat/measure/interval_table.h"
#include "netlat/measure/objective.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

class ObjectiveWatch {
 public:
  explicit ObjectiveWatch(Objective objective);

  /// One more interval, in order of time, all rows still in it.  `zones` is
  /// null without a zone map: then nothing is known of pairs of zones.
  /// `tainted`: the capture dropped packets in it.
  /// True if the objective was broken by it, or is no longer.
  bool advance(const Interval& interval, const ZoneLabeler* zones,
               bool tainted);

  const Objective& objective() const noexcept { return objective_; }
  const ObjectiveState& state() const noexcept { return state_; }

 private:
  struct Step {
    Stamp end;
    std::uint64_t bad = 0, events = 0;
  };
  static constexpr int kMostSteps = 3600;
  /// Seconds whose times the shown percentile is taken of.
  static constexpr std::size_t kShown = 10;

  bool concerns(const IntervalStats& row, const ZoneLabeler* zones) const;
  void add(const IntervalStats& row, bool tainted, Step& now);
  void keep(const Step& now);
  void judge(Stamp now);

  Objective objective_;
  ObjectiveState state_;
  std::deque<Step> steps_;
  std::size_t lately_ = 0;  // of them, in the short window
  std::deque<ExponentialHistogram> shown_;
};

}  // namespace netlat
