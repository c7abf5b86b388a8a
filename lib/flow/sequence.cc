// What the sequence numbers of a segment say: in order, ahead of a hole, or
// something older that retransmission.cc explains.

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

namespace {
// Further than this from everything sent is not this connection's sequence
// space: an old duplicate of another incarnation, or not TCP at all.
constexpr ExtSeq kPlausible = ExtSeq{1} << 30;
}  // namespace

void TcpEngine::start_direction(Sender& me, const Segment& s) {
  const std::uint32_t seq = s.tcp.seq.value;
  // A keepalive or a repeat may come first: older than what was acknowledged.
  me.snd_max = me.snd_una != 0
                   ? std::max(me.snd_una, extend_serial(me.snd_una, seq))
                   : kOrigin + static_cast<ExtSeq>(seq);
  // Wireshark counts from 1 where the SYN was not captured.
  if (me.snd_una == 0) me.isn = s.has(kSyn) ? seq : seq - 1;
  me.last_data = s.time;
}

void TcpEngine::take_sequence(const Step& step) {
  Sender& me = step.me;
  const bool occupies = step.end > step.begin;
  if (step.begin == me.snd_max) {
    if (!occupies) return;
    if (step.end == step.begin + 1 && !step.s.has(kFin) && step.peer.seen() &&
        step.peer.window == 0 && step.peer.packets > 0) {
      // An octet beyond a closed window asks whether it is open again.  It is
      // sent again with what follows unless the answer acknowledges it.
      Trouble& t = trouble(me);
      ++t.zero_window_probes;
      t.probed_at = step.begin;
      step.facts.segment_class = SegmentClass::zero_window_probe;
      return;
    }
    append(step, step.begin);
    return;
  }
  if (step.begin > me.snd_max) {
    if (step.begin - me.snd_max > kPlausible) {
      ++counters_.seq_implausible;
      return;
    }
    open_hole(step, me, step.begin, false);
    if (occupies) {
      append(step, step.begin);
    } else {
      me.snd_max = step.begin;
    }
    return;
  }
  if (keepalive_or_probe(step)) return;
  if (occupies) take_old_bytes(step);
}

void TcpEngine::open_hole(const Step& step, Sender& sender, ExtSeq until,
                          bool by_ack) {
  Trouble& t = trouble(sender);
  if (t.holes.size() >= Trouble::kMostHoles) t.holes.erase(t.holes.begin());
  Hole hole;
  hole.begin = sender.snd_max;
  hole.end = until;
  hole.revealed = step.s.time;
  hole.tsval = step.s.tcp.tsval;
  hole.ip_id = step.s.ip_id;
  hole.by_ack = by_ack;
  keep(t, t.holes.size(), hole);
}

bool TcpEngine::keepalive_or_probe(const Step& step) {
  // RFC 9293 3.8.4: a probe repeats the last acknowledged octet, or none at
  // it.  Linux also probes a closed window that way, with no data.
  constexpr Nanos kOneWaySilence = std::chrono::seconds(1);
  Sender& me = step.me;
  const Segment& s = step.s;
  if (s.payload_length > 1 || step.begin != me.snd_max - 1 || s.has(kSyn) ||
      s.has(kFin) || s.has(kRst)) {
    return false;
  }
  const bool all_acked = me.snd_una == me.snd_max;
  const bool silent = me.snd_una == 0 && s.time - me.last_data > kOneWaySilence;
  if (!all_acked && !silent) return false;

  Trouble& t = trouble(me);
  if (step.peer.packets > 0 && step.peer.window == 0) {
    ++t.zero_window_probes;
    step.facts.segment_class = SegmentClass::zero_window_probe;
  } else {
    ++t.keepalives;
    step.facts.segment_class = SegmentClass::keepalive;
  }
  return true;
}

}  // namespace netlat
