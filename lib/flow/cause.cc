// What made the sender transmit again.
//
// Read from what the sender knew at that moment, as far as it passed here:
// SACK blocks and duplicate ACKs call for fast retransmission (RFC 5681, 6675;
// RACK, RFC 8985, needs fewer), their absence leaves the timers: the tail loss
// probe repeats the highest segment after about two round trips, the
// retransmission timer the lowest after at least 200 ms on Linux (RFC 6298
// says 1 s).  With one segment in flight these two repeat the same segment at
// nearly the same time, and the wire does not tell them apart.  First match
// wins.  After a timeout the sender goes back and resends the rest
// (Linux counts those as slow-start retransmissions).

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
constexpr std::int64_t kLinuxRtoFloorNs = 200'000'000;
constexpr std::uint32_t kDupAckThreshold = 3;  // RFC 5681 3.2

const SentRange* sent_at(const RangeQueue& ranges, ExtSeq begin) {
  std::size_t low = 0;
  for (std::size_t high = ranges.size(); low < high;) {
    const std::size_t middle = (low + high) / 2;
    if (ranges[middle].end <= begin) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < ranges.size() && ranges[low].begin <= begin ? &ranges[low]
                                                           : nullptr;
}
}  // namespace

RetransmitCause TcpEngine::cause_of(const Step& step, const Repeat& repeat) {
  const Sender& me = step.me;
  Trouble& t = *me.trouble;
  if (step.s.has(kSyn)) return RetransmitCause::syn_timer;
  if (step.peer.packets > 0 && step.peer.window == 0) {
    return RetransmitCause::persist;
  }
  const SentRange* const range = sent_at(me.ranges, repeat.begin);
  const bool upstream = repeat.place == LossPlace::upstream;
  // The first copy of an upstream loss never passed; it left before the
  // latest data that did.
  Stamp last_sent = upstream ? me.last_data : me.last_progress;
  if (range != nullptr && !upstream) last_sent = range->last_sent;
  const std::int64_t elapsed =
      (step.s.time - std::max(last_sent, me.last_progress)).count();
  const bool repeated = range != nullptr && range->transmissions > 1;
  const bool lowest = repeat.begin <= me.snd_una;
  const bool highest = repeat.end >= me.snd_max;
  const bool timer = elapsed >= kLinuxRtoFloorNs;
  const bool in_recovery = t.recovery_end != 0 && me.snd_una < t.recovery_end;
  const bool in_timeout = in_recovery && t.recovery == RetransmitCause::rto;

  if (in_timeout || repeated) {
    if (lowest && timer) {
      if (t.backoff < 255) ++t.backoff;
      return RetransmitCause::rto;
    }
    if (in_timeout && t.dup_acks_received < kDupAckThreshold) {
      return RetransmitCause::timeout_recovery;
    }
  }
  if (t.highest_sacked > repeat.end ||
      t.dup_acks_received >= kDupAckThreshold) {
    return RetransmitCause::fast;
  }
  // Without SACK a partial acknowledgment calls for the next hole (RFC 6582);
  // with it, what was sent before a segment that arrived is lost (RFC 8985).
  if (in_recovery && t.recovery == RetransmitCause::fast &&
      !(lowest && timer)) {
    return RetransmitCause::fast;
  }
  if (t.fragmentation_needed) return RetransmitCause::pmtud;
  // At a receiver-side capture the sender's state has to be guessed from what
  // got through, and a probe cannot be told from a timeout.
  if (upstream) {
    return timer && lowest ? RetransmitCause::rto : RetransmitCause::unknown;
  }
  // An ACK that passed here just before had not reached the sender yet: its
  // timer ran, and how many segments it saw in flight is not known.
  const bool crossed = me.snd_una >= repeat.end;
  if (highest && !repeated && (crossed || elapsed > path_rtt_ns(step.c))) {
    return lowest ? RetransmitCause::tlp_or_rto : RetransmitCause::tlp;
  }
  // After a probe Linux lets the timer run from when the segment was sent, not
  // from the latest progress.
  if (lowest && (step.s.time - last_sent).count() >= kLinuxRtoFloorNs) {
    if (t.backoff < 255) ++t.backoff;
    return RetransmitCause::rto;
  }
  return RetransmitCause::unknown;
}

void TcpEngine::open_recovery(const Step& step, const Repeat& repeat) {
  Sender& me = step.me;
  Trouble& t = *me.trouble;
  // Nothing waits for bytes that were acknowledged before.
  if (me.snd_una >= repeat.end) return;
  // A timeout supersedes a fast recovery, and that a mere probe.
  const auto rank = [](RetransmitCause cause) {
    return cause == RetransmitCause::rto    ? 2
           : cause == RetransmitCause::fast ? 1
                                            : 0;
  };
  const RetransmitCause kind = repeat.cause == RetransmitCause::timeout_recovery
                                   ? RetransmitCause::rto
                                   : repeat.cause;
  if (t.recovery_end == 0 || rank(kind) > rank(t.recovery)) {
    t.recovery_end = me.snd_max;
    t.recovery = kind;
  }
  if (!t.stalled) {
    t.stalled = true;
    const SentRange* const range = sent_at(me.ranges, repeat.begin);
    t.stall_since = std::max(
        me.last_progress, range != nullptr ? range->first_sent : me.last_data);
    if (repeat.place == LossPlace::upstream) {
      t.stall_since = std::min(t.stall_since, step.s.time);
    }
  }
}

}  // namespace netlat
