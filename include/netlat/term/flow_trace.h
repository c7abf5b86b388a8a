#pragma once
// What the packets of one connection say, moment by moment: round trips, marks
// of trouble, and its turns.
//
// Bounded: of a long connection the latest are kept.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "netlat/term/records.h"

namespace netlat {

enum class MarkKind : std::uint8_t {
  sent_again,     ///< and its timer had not to run out
  timed_out,      ///< sent again since a timer ran out
  out_of_order,   ///< or twice
  window_closed,  ///< the receiver has no room
};
inline constexpr std::size_t kMarkKinds = 4;

struct TraceSample {
  Stamp time;
  Dir half = Dir::c2s;  ///< c2s: from here to the server and back
  Nanos rtt{0};
};

struct TraceMark {
  Stamp time;
  MarkKind kind = MarkKind::sent_again;
};

/// A request and its response.
struct TraceTurn {
  Stamp request, request_end, response, response_end;
  /// When data of the request, and of the response, was sent again last; else
  /// their ends.
  Stamp request_again, response_again;
  std::optional<Nanos> service;  ///< of the server alone, if it is known
  std::optional<Nanos> elapsed;  ///< once it is known to be over
  std::uint64_t sent = 0, received = 0;  ///< octets
};

class FlowTrace {
 public:
  static constexpr std::size_t kMost = 20'000;
  static constexpr std::size_t kMostTurns = 2'000;

  /// Packets in order of time.
  void add(const SegmentRow& segment);

  const std::deque<TraceSample>& samples() const { return samples_; }
  const std::deque<TraceMark>& marks() const { return marks_; }
  /// Those whose response has begun.
  const std::deque<TraceTurn>& turns() const { return turns_; }
  std::uint64_t packets() const { return packets_; }
  std::optional<Stamp> first() const { return first_; }
  std::optional<Stamp> last() const { return last_; }

 private:
  void add_turn(const SegmentRow& segment);
  void add_response(const SegmentRow& segment, bool fresh);

  std::deque<TraceSample> samples_;
  std::deque<TraceMark> marks_;
  std::deque<TraceTurn> turns_;
  TraceTurn next_;  // a request on its way
  bool requesting_ = false;
  std::uint64_t packets_ = 0;
  std::optional<Stamp> first_, last_;
};

}  // namespace netlat
