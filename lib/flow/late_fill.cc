// Bytes that fill a hole: overtaken on the way, or sent again after the first
// copy was lost before the capture point?
//
// The packet that revealed the hole was sent after the missing one.  So a fill
// with an older TSval or IP-ID than the revealer is the original, reordered,
// and one with a newer is a retransmission: proof either way.  Where neither
// speaks, no sender can have noticed the loss and reacted in much less than a
// round trip, so a faster fill is reordering; a slower one is a retransmission,
// strongly if the receiver had asked for it, weakly if only time says so
// (Jaiswal, Iannaccone, Diot, Kurose, Towsley 2003).

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
constexpr std::int64_t kRttUnknownNs = 3'000'000;
constexpr std::uint8_t kOrderedSteps = 8;
constexpr Nanos kCaptureReorder = std::chrono::milliseconds(2);
}  // namespace

struct TcpEngine::Filled {
  bool retransmission = false;
  Confidence confidence = Confidence::weak;
};

TcpEngine::Filled TcpEngine::why_late(const Step& step,
                                      const Hole& hole) const {
  const Segment& s = step.s;
  const Sender& me = step.me;
  if (s.tcp.has_timestamps && me.has_timestamps && s.tcp.tsval != hole.tsval) {
    return {serial_before(hole.tsval, s.tcp.tsval), Confidence::proof};
  }
  if (s.told_ip_id() != 0 && hole.ip_id != 0 &&
      me.ip_id_steps >= kOrderedSteps) {
    const auto after_revealer = static_cast<std::int16_t>(
        static_cast<std::uint16_t>(s.ip_id - hole.ip_id));
    const auto after_all = static_cast<std::int16_t>(
        static_cast<std::uint16_t>(s.ip_id - me.ip_id_next));
    if (after_revealer < 0) return {false, Confidence::proof};
    if (after_all >= 0) return {true, Confidence::proof};
  }
  const std::int64_t path = path_rtt_ns(step.c);
  const std::int64_t reaction = path > 0 ? path * 8 / 10 : kRttUnknownNs;
  if ((s.time - hole.revealed).count() < reaction) {
    return {false, Confidence::strong};
  }
  const Trouble& t = *me.trouble;
  const bool asked = t.dup_acks_received > 0 || t.highest_sacked > hole.begin;
  return {true, asked ? Confidence::strong : Confidence::weak};
}

Hole* TcpEngine::hole_within(const Step& step, ExtSeq begin, ExtSeq end) {
  // A hole acknowledged long ago was missed by the capture: what comes for it
  // now is a needless repeat.
  if (!step.me.trouble) return nullptr;
  for (Hole& hole : step.me.trouble->holes) {
    const bool missed =
        hole.by_ack && step.s.time - hole.revealed > kCaptureReorder;
    if (hole.end > begin && hole.begin < end && !missed) return &hole;
  }
  return nullptr;
}

bool TcpEngine::fill_hole(const Step& step, ExtSeq begin, ExtSeq end) {
  Hole* const within = hole_within(step, begin, end);
  if (within == nullptr) return false;
  Sender& me = step.me;
  auto& holes = me.trouble->holes;
  const auto found = holes.begin() + (within - holes.data());
  const Hole hole = *found;
  const ExtSeq left = std::max(begin, hole.begin);
  const ExtSeq right = std::min(end, hole.end);

  // What is left of the hole on either side.
  found->begin = right;
  if (hole.begin < left) {
    Hole before = hole;
    before.end = left;
    if (found->begin >= found->end) {
      *found = before;
    } else if (holes.size() < Trouble::kMostHoles) {
      keep(*me.trouble, static_cast<std::size_t>(found - holes.begin()),
           before);
    }
  } else if (found->begin >= found->end) {
    holes.erase(found);
  }

  const auto octets = static_cast<std::uint32_t>(right - left);
  const bool with_fin = step.s.has(kFin) && right == step.end;
  const std::uint32_t payload = octets - (with_fin ? 1u : 0u);
  me.bytes += payload;
  me.segments += me.wire_segments(payload);
  insert_range(step, left, right);
  Trouble& t = *me.trouble;
  if (hole.by_ack) {
    t.capture_gap_bytes -= std::min<std::uint64_t>(t.capture_gap_bytes, octets);
    ++t.reordered;
    step.facts.segment_class = SegmentClass::reordered;
    step.facts.confidence = Confidence::weak;
    return true;
  }
  const Filled filled = why_late(step, hole);
  if (!filled.retransmission) {
    ++t.reordered;
    step.facts.segment_class = SegmentClass::reordered;
    step.facts.confidence = filled.confidence;
    return true;
  }
  Repeat repeat;
  repeat.begin = left;
  repeat.end = right;
  repeat.place = LossPlace::upstream;
  repeat.necessity = Necessity::proven;
  repeat.confidence = filled.confidence;
  step.facts.segment_class = SegmentClass::late_fill;
  if (t.lost_confidence == Confidence::none ||
      filled.confidence < t.lost_confidence) {
    t.lost_confidence = filled.confidence;
  }
  retransmitted(step, repeat);
  return true;
}

void TcpEngine::insert_range(const Step& step, ExtSeq begin, ExtSeq end) {
  RangeQueue& ranges = step.me.ranges;
  if (step.me.snd_una >= end) return;
  std::size_t i = ranges.size();
  while (i > 0 && ranges[i - 1].begin >= end) --i;
  SentRange range;
  range.start(begin, end, step.s);
  ranges.insert(pool_, i, range);
}

}  // namespace netlat
