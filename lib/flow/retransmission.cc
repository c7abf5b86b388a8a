// Bytes the capture point has seen before.
//
// Problem: to the capture point a retransmission, a reordered segment and a
// late original are all "old sequence numbers", and peers disagree by labelling
// from time alone.  Method: the order in which packets left the sender is read
// from what the sender writes into each of them, TSval (RFC 7323) and the
// per-socket IP-ID counter, and only where both are silent from time.  Bytes
// that passed before are a repeat: lost further on, or needless (necessity.cc).
// Bytes inside a hole are late_fill.cc's.  A repeat that was sent before
// something already seen is the original itself, overtaken by its own copy.
//
// Bias: with neither TSval nor IP-ID, an original delayed by more than the
// round trip is called a retransmission.
// Cost: O(log ranges) a repeat, and O(holes) where holes are open.

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

namespace {
// Steps after which the IP-ID of a sender is trusted to be in sending order.
constexpr std::uint8_t kOrderedSteps = 8;
constexpr std::int16_t kOldIdReach = -1000;

bool sent_before_others(const Sender& me, const Segment& s) {
  if (s.tcp.has_timestamps && me.has_timestamps &&
      s.tcp.tsval != me.tsval_max) {
    return serial_before(s.tcp.tsval, me.tsval_max);
  }
  if (s.told_ip_id() == 0 || me.ip_id_steps < kOrderedSteps) {
    return false;
  }
  const auto distance = static_cast<std::int16_t>(
      static_cast<std::uint16_t>(s.ip_id - me.ip_id_next));
  return distance < 0 && distance > kOldIdReach;
}
}  // namespace

void TcpEngine::take_old_bytes(const Step& step) {
  Sender& me = step.me;
  const ExtSeq known = std::min(step.end, me.snd_max);
  if (hole_within(step, step.begin, known) != nullptr) {
    // What it carries beside the missing bytes has now passed twice.
    Repeat seen;
    seen.begin = step.begin;
    seen.end = known;
    mark_ranges(step, seen);
    while (fill_hole(step, step.begin, known)) {
    }
  } else if (sent_before_others(me, step.s)) {
    late_original(step, step.begin, known);
  } else {
    repeat(step, step.begin, known);
  }
  if (step.end > me.snd_max) {
    const SegmentClass old_class = step.facts.segment_class;
    append(step, me.snd_max);
    step.facts.segment_class = old_class;
  }
}

void TcpEngine::repeat(const Step& step, ExtSeq begin, ExtSeq end) {
  Repeat repeat;
  repeat.begin = begin;
  repeat.end = end;
  repeat.place = LossPlace::downstream;
  step.facts.segment_class = SegmentClass::retransmission;
  const bool acked = step.me.snd_una >= end;
  retransmitted(step, repeat);
  if (acked) {
    // The receiver had said so before this copy passed: its ACK was lost or
    // late, the bytes were not.
    Trouble& t = trouble(step.me);
    Repeat& kept = t.repeats[t.latest_repeat()];
    judge(step, step.me, kept, Necessity::proven_spurious, Confidence::proof);
    step.facts.necessity = kept.necessity;
    step.facts.confidence = kept.confidence;
    step.facts.place = LossPlace::none;
  }
}

void TcpEngine::retransmitted(const Step& step, Repeat repeat) {
  Sender& me = step.me;
  const Segment& s = step.s;
  Trouble& t = trouble(me);
  const auto octets = static_cast<std::uint32_t>(repeat.end - repeat.begin);
  repeat.time = s.time;
  repeat.frame = s.frame;
  repeat.tsval = s.tcp.tsval;
  repeat.timestamps = s.tcp.has_timestamps;
  repeat.segments = static_cast<std::uint16_t>(
      std::min<std::uint32_t>(me.wire_segments(octets), 0xffff));
  repeat.cause = cause_of(step, repeat);
  open_recovery(step, repeat);
  if (repeat.place == LossPlace::downstream) mark_ranges(step, repeat);

  t.by_cause[static_cast<std::size_t>(repeat.cause)] += repeat.segments;
  t.retransmitted_bytes += std::min(octets, s.payload_length);
  if (repeat.place == LossPlace::upstream) {
    t.lost_by_sequence += repeat.segments;
  }
  if (repeat.necessity == Necessity::proven)
    t.necessary_proven += repeat.segments;
  t.unjudged_end = std::max(t.unjudged_end, repeat.end);
  t.dup_acks_received = 0;
  step.c.turn_lossy = true;
  keep(t, repeat);

  step.facts.has_cause = true;
  step.facts.cause = repeat.cause;
  step.facts.place = repeat.place;
  step.facts.necessity = repeat.necessity;
  step.facts.confidence = repeat.confidence;
}

void TcpEngine::late_original(const Step& step, ExtSeq begin, ExtSeq end) {
  // Its copy came first.  Whatever the copy was counted as, it was a
  // retransmission, and a needless one.
  Sender& me = step.me;
  Trouble& t = trouble(me);
  ++t.late_originals;
  step.facts.segment_class = SegmentClass::reordered_late_original;
  step.facts.confidence = Confidence::proof;
  for (Repeat& repeat : t.repeats) {
    if (repeat.duplicate || repeat.end <= begin || repeat.begin >= end) {
      continue;
    }
    if (repeat.necessity != Necessity::proven_spurious) {
      judge(step, me, repeat, Necessity::proven_spurious, Confidence::proof);
    }
    return;
  }
  // The copy passed as new data: nothing told it apart then.
  Repeat copy;
  copy.begin = begin;
  copy.end = end;
  copy.time = step.s.time;
  const auto octets = static_cast<std::uint32_t>(end - begin);
  copy.segments = static_cast<std::uint16_t>(
      std::min<std::uint32_t>(me.wire_segments(octets), 0xffff));
  copy.necessity = Necessity::proven_spurious;
  copy.confidence = Confidence::proof;
  t.by_cause[static_cast<std::size_t>(copy.cause)] += copy.segments;
  t.retransmitted_bytes += octets;
  t.necessary_spurious += copy.segments;
  keep(t, copy);
}

void TcpEngine::mark_ranges(const Step& step, Repeat& repeat) {
  RangeQueue& ranges = step.me.ranges;
  std::size_t i = 0;
  for (std::size_t high = ranges.size(); i < high;) {
    const std::size_t middle = (i + high) / 2;
    if (ranges[middle].end <= repeat.begin) {
      i = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; i < ranges.size() && ranges[i].begin < repeat.end; ++i) {
    // Where there is no room to cut, the whole range counts as repeated.
    if (!ranges[i].coalesced && ranges[i].begin < repeat.begin) {
      SentRange head = ranges[i];
      head.end = repeat.begin;
      if (ranges.insert(pool_, i, head)) ranges[++i].begin = repeat.begin;
    }
    if (!ranges[i].coalesced && ranges[i].end > repeat.end) {
      SentRange tail = ranges[i];
      tail.begin = repeat.end;
      if (ranges.insert(pool_, i + 1, tail)) ranges[i].end = repeat.end;
    }
    SentRange& range = ranges[i];
    if (!repeat.original_known && range.timestamps) {
      repeat.tsval_original = range.tsval_first;
      repeat.original_known = true;
    }
    if (range.transmissions < 0xffff) ++range.transmissions;
    range.last_sent = step.s.time;
    range.tsval_last = step.s.tcp.tsval;
    range.frame_back = static_cast<std::uint32_t>(step.s.frame - range.frame);
  }
}

}  // namespace netlat
