#pragma once
// A file's records in the time in which they were made, or faster.

#include <chrono>
#include <optional>
#include <vector>

#include "netlat/term/model.h"

namespace netlat {

class Player {
 public:
  using Clock = std::chrono::steady_clock;

  /// A record, in whatever order.
  void add(Record record);
  bool empty() const { return records_.empty(); }
  /// All have been added: from here on they can be played.
  void ready();
  bool is_ready() const { return ready_; }
  bool at_end() const { return ready_ && next_ == records_.size(); }

  /// Gives `model` what is due by `now`; true if that was anything.
  bool play(Clock::time_point now, Model& model);
  /// Gives it all that is left.
  void play_all(Model& model);
  void set_speed(double speed, Clock::time_point now);
  /// What of the next `step` is still to come is due at once.
  void skip(Nanos step, Clock::time_point now);
  double speed() const { return speed_; }
  /// Time that the records span.
  Nanos length() const;

 private:
  struct Timed {
    Stamp time;
    Record record;
  };
  Stamp due(Clock::time_point now) const;

  std::vector<Timed> records_;
  std::size_t next_ = 0;
  bool ready_ = false;
  double speed_ = 1;
  // Where in the file the clock stood when.
  std::optional<Clock::time_point> since_;
  Stamp from_;
};

}  // namespace netlat
