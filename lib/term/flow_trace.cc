#include "netlat/term/flow_trace.h"

namespace netlat {

namespace {

template <class T>
void keep(std::deque<T>& all, T one, std::size_t most) {
  all.push_back(one);
  if (all.size() > most) all.pop_front();
}

bool by_timer(RetransmitCause cause) {
  switch (cause) {
    case RetransmitCause::syn_timer:
    case RetransmitCause::timeout_recovery:
    case RetransmitCause::rto:
    case RetransmitCause::tlp_or_rto:
      return true;
    default:
      return false;
  }
}

std::optional<MarkKind> mark_of(const SegmentRow& s) {
  switch (s.what) {
    case SegmentClass::retransmission:
    case SegmentClass::late_fill:
      return s.cause && by_timer(*s.cause) ? MarkKind::timed_out
                                           : MarkKind::sent_again;
    case SegmentClass::reordered:
    case SegmentClass::reordered_late_original:
    case SegmentClass::network_duplicate:
      return MarkKind::out_of_order;
    case SegmentClass::zero_window_probe:
      return MarkKind::window_closed;
    default:
      break;
  }
  if (s.closes_window) return MarkKind::window_closed;
  return std::nullopt;
}

}  // namespace

void FlowTrace::add(const SegmentRow& segment) {
  ++packets_;
  if (!first_) first_ = segment.time;
  last_ = segment.time;
  if (segment.rtt) {
    // An answer of the server ends a round trip of the half towards it.
    const Dir half = segment.dir == Dir::s2c ? Dir::c2s : Dir::s2c;
    keep(samples_, {segment.time, half, *segment.rtt}, kMost);
  }
  if (const auto kind = mark_of(segment)) {
    keep(marks_, {segment.time, *kind}, kMost);
  }
  add_turn(segment);
}

void FlowTrace::add_turn(const SegmentRow& s) {
  if (s.elapsed && !turns_.empty()) turns_.back().elapsed = s.elapsed;
  if (s.length == 0) return;
  const bool fresh = s.what == SegmentClass::new_data ||
                     s.what == SegmentClass::late_fill ||
                     s.what == SegmentClass::reordered;
  if (s.dir == Dir::s2c) return add_response(s, fresh);
  if (!fresh) {
    if (requesting_) next_.request_again = s.time;
    return;
  }
  if (!requesting_) {
    next_ = TraceTurn{};
    next_.request = s.time;
  }
  requesting_ = true;
  next_.request_end = next_.request_again = s.time;
  next_.sent += s.length;
}

void FlowTrace::add_response(const SegmentRow& s, bool fresh) {
  if (fresh && requesting_) {
    next_.response = next_.response_end = s.time;
    next_.service = s.service;
    keep(turns_, next_, kMostTurns);
    requesting_ = false;
  }
  if (requesting_ || turns_.empty()) return;
  TraceTurn& turn = turns_.back();
  turn.response_again = s.time;
  if (!fresh) return;
  turn.response_end = s.time;
  turn.received += s.length;
}

}  // namespace netlat
