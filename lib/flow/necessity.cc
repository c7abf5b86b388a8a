// Did the receiver need the retransmission?
//
// Proofs, in this order.  A DSACK (RFC 2883) says that both copies arrived.
// The echoed timestamp of the ACK that first covers the bytes says which copy
// moved the receiver's left edge (the Eifel test, RFC 3522): the original's
// means the copy was needless, the copy's means it was needed, and a later
// copy's that this one was needed and lost in turn.  SACK blocks above a hole
// that only the copy closed are strong evidence, not proof: the original may
// have been late.  DSACKs report one range an ACK, can be lost, and stop when
// the connection closes, so `proven_spurious` is a lower bound and what
// nothing speaks for stays undetermined.
//
// Without SACK, a receiver answers a segment that it has had with an ACK that
// moves nothing (RFC 9293 3.10.7.4): strong evidence that an identical copy
// was delivered twice rather than captured twice.

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

void TcpEngine::judge(const Step& step, Sender& sender, Repeat& repeat,
                      Necessity necessity, Confidence confidence) {
  Trouble& t = *sender.trouble;
  const std::uint32_t n = repeat.segments;
  const bool downstream = repeat.place == LossPlace::downstream;
  if (repeat.necessity == Necessity::proven) {
    t.necessary_proven -= n;
    auto& lost = repeat.confidence == Confidence::proof
                     ? t.lost_downstream_proof
                     : t.lost_downstream_strong;
    if (downstream) lost -= n;
  } else if (repeat.necessity == Necessity::proven_spurious) {
    t.necessary_spurious -= n;
  }
  repeat.necessity = necessity;
  repeat.confidence = confidence;
  if (necessity == Necessity::proven) {
    t.necessary_proven += n;
    auto& lost = confidence == Confidence::proof ? t.lost_downstream_proof
                                                 : t.lost_downstream_strong;
    if (downstream) lost += n;
  } else if (necessity == Necessity::proven_spurious) {
    t.necessary_spurious += n;
    if (repeat.place == LossPlace::upstream) {
      t.lost_by_sequence -= std::min(t.lost_by_sequence, n);
    }
  }
  if (repeat.frame == step.s.frame) return;
  step.facts.amended_frame = repeat.frame;
  step.facts.amended_class = repeat.place == LossPlace::upstream
                                 ? SegmentClass::late_fill
                                 : SegmentClass::retransmission;
  step.facts.amended_necessity = necessity;
  step.facts.amended_confidence = confidence;
}

void TcpEngine::delivered_twice(const Step& step, Repeat& copy,
                                Confidence confidence) {
  Trouble& t = *step.peer.trouble;
  --t.capture_duplicates;
  ++t.network_duplicates;
  ++step.peer.packets;
  step.facts.amended_frame = copy.frame;
  step.facts.amended_class = SegmentClass::network_duplicate;
  ++counters_.copies;
  step.facts.amended_confidence = confidence;
  copy = Repeat{};
}

void TcpEngine::answered_copy(const Step& step, ExtSeq ack) {
  for (Repeat& repeat : step.peer.trouble->repeats) {
    if (!repeat.duplicate || repeat.end > ack) continue;
    delivered_twice(step, repeat, Confidence::strong);
    return;
  }
}

void TcpEngine::take_dsack(const Step& step, ExtSeq left, ExtSeq right) {
  Sender& sender = step.peer;
  if (!sender.trouble && sender.snd_una == 0) return;
  Trouble& t = trouble(sender);
  Repeat* needless = nullptr;
  Repeat* copy = nullptr;
  bool known = false;
  for (Repeat& repeat : t.repeats) {
    if (repeat.end <= left || repeat.begin >= right) continue;
    if (repeat.duplicate) {
      copy = &repeat;
    } else if (repeat.necessity == Necessity::proven_spurious) {
      known = true;
    } else if (needless == nullptr || repeat.time < needless->time) {
      needless = &repeat;
    }
  }
  if (needless != nullptr) {
    judge(step, sender, *needless, Necessity::proven_spurious,
          Confidence::proof);
  } else if (copy != nullptr) {
    // The second capture of the packet was a second delivery after all.
    delivered_twice(step, *copy, Confidence::proof);
  } else if (!known && right - left > 1) {
    ++t.network_duplicates;
  }
}

void TcpEngine::eifel(const Step& step, ExtSeq before, ExtSeq ack) {
  const TcpFields& tcp = step.s.tcp;
  if (before >= step.peer.trouble->unjudged_end) return;
  for (Repeat& repeat : step.peer.trouble->repeats) {
    if (repeat.necessity != Necessity::undetermined || repeat.duplicate ||
        repeat.end == 0 || repeat.end > ack || repeat.end <= before) {
      continue;
    }
    // Only the range at the left edge is named by the TSecr of this ACK.
    const bool at_edge = repeat.begin <= before;
    const bool told = tcp.has_timestamps && repeat.timestamps &&
                      repeat.original_known && at_edge &&
                      repeat.tsval != repeat.tsval_original;
    if (told && serial_before(tcp.tsecr, repeat.tsval)) {
      judge(step, step.peer, repeat, Necessity::proven_spurious,
            Confidence::proof);
    } else if (told) {
      judge(step, step.peer, repeat, Necessity::proven, Confidence::proof);
    } else if (repeat.cause == RetransmitCause::fast &&
               step.peer.trouble->highest_sacked > repeat.end) {
      judge(step, step.peer, repeat, Necessity::proven, Confidence::strong);
    }
  }
}

}  // namespace netlat
