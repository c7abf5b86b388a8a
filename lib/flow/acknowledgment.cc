// What an ACK number says: new bytes acknowledged, nothing new, or bytes the
// capture never saw.

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

void TcpEngine::ack_of_unseen_sender(const Step& step) {
  // Only this direction is captured so far; the numbers still count.
  Sender& peer = step.peer;
  const std::uint32_t number = step.s.tcp.ack.value;
  if (peer.snd_una == 0) {
    peer.snd_una = kOrigin + static_cast<ExtSeq>(number);
    peer.isn = number - 1;
  } else {
    const ExtSeq ack = extend_serial(peer.snd_una, number);
    peer.snd_una = std::max(peer.snd_una, ack);
  }
  step.facts.relative_ack = number - peer.isn;
}

void TcpEngine::ack_of_unseen_bytes(const Step& step, ExtSeq ack) {
  Sender& peer = step.peer;
  if (peer.trouble && peer.trouble->probed_at == peer.snd_max &&
      ack == peer.snd_max + 1) {
    // The receiver took the octet that probed its window.
    peer.snd_max = ack;
    ++peer.bytes;
    return;
  }
  open_hole(step, peer, ack, true);
  peer.trouble->capture_gap_bytes +=
      static_cast<std::uint64_t>(ack - peer.snd_max);
  peer.snd_max = ack;
  ++counters_.rtt_unseen;
}

void TcpEngine::advance_over_several(const Step& step, ExtSeq ack) {
  Sender& peer = step.peer;
  RangeQueue& ranges = peer.ranges;
  const std::size_t outstanding = ranges.size();
  Covered covered;
  while (covered.whole < outstanding && ranges[covered.whole].end <= ack) {
    ++covered.whole;
  }
  covered.partial = covered.whole < outstanding &&
                    ranges[covered.whole].begin < ack &&
                    !ranges[covered.whole].coalesced;
  // The last octet acknowledged must be one that was captured.
  const bool exact = covered.partial || (covered.whole > 0 &&
                                         ranges[covered.whole - 1].end == ack);
  if (ack > peer.snd_max) {
    ack_of_unseen_bytes(step, ack);
  } else if (!exact) {
    ++counters_.rtt_unseen;
  } else {
    sample_ack(step, covered);
  }
  for (std::size_t i = 0; i < covered.whole; ++i) ranges.pop_front(pool_);
  if (!ranges.empty() && ranges.front().begin < ack) {
    ranges.front().begin = ack;
  }
}

void TcpEngine::same_ack(const Step& step, ExtSeq ack) {
  // RFC 5681 2: data outstanding, no payload, same number, same window; with
  // SACK the window may differ (RFC 6675).
  const Segment& s = step.s;
  Sender& peer = step.peer;
  const bool pure =
      s.payload_length == 0 && !s.has(kSyn) && !s.has(kFin) && !s.has(kRst);
  if (!pure) return;
  const bool sack = step.me.sack_permitted && peer.sack_permitted;
  if (!sack && peer.trouble &&
      step.facts.segment_class == SegmentClass::pure_ack) {
    answered_copy(step, ack);
  }
  if (peer.snd_max <= ack) return;
  if (s.tcp.window != step.me.window && s.tcp.sack_count == 0) return;
  if (step.facts.segment_class != SegmentClass::pure_ack) return;
  ++trouble(step.me).dup_acks;
  ++trouble(peer).dup_acks_received;
}

void TcpEngine::settle(const Step& step, ExtSeq ack) {
  Sender& peer = step.peer;
  Trouble& t = *peer.trouble;
  // A hole the receiver has filled without any fill passing here was never on
  // the network's account: the capture missed it.
  for (Hole& hole : t.holes) {
    if (hole.by_ack || hole.begin >= ack) continue;
    if (hole.end > ack) {
      t.capture_gap_bytes += static_cast<std::uint64_t>(ack - hole.begin);
      hole.begin = ack;
      continue;
    }
    hole.by_ack = true;
    t.capture_gap_bytes += static_cast<std::uint64_t>(hole.end - hole.begin);
    t.ip_ids_missing -=
        std::min<std::int64_t>(t.ip_ids_missing, hole.ip_ids_missing);
  }
  constexpr Nanos kReorderWindow = std::chrono::milliseconds(2);
  std::erase_if(t.holes, [&](const Hole& hole) {
    return hole.by_ack && step.s.time - hole.revealed > kReorderWindow;
  });
  t.dup_acks_received = 0;
  t.backoff = 0;
  t.fragmentation_needed = false;
  if (t.stalled) {
    // A needless repeat repaired nothing, so nothing had waited for it.
    const bool needless =
        !t.repeats.empty() &&
        t.repeats[t.latest_repeat()].necessity == Necessity::proven_spurious;
    if (!needless) t.stall += std::max(Nanos{0}, step.s.time - t.stall_since);
    t.stalled = false;
  }
  if (t.recovery_end != 0 && ack >= t.recovery_end) {
    t.recovery_end = 0;
    t.recovery = RetransmitCause::unknown;
  }
}

}  // namespace netlat
