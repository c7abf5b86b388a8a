// Round-trip times from data and its ACK.
//
// Problem: an ACK tells when bytes arrived, but not which copy, nor whether
// the receiver answered at once.  Averages of every ACK, the usual practice,
// mix the network with delayed ACKs and with the application's own time.
//
// Method: the newest range an ACK covers is timed (RFC 6298 with Karn's rule
// [Karn, Partridge 1987]).  A sample is refused when the range was sent more
// than once and timestamps do not tell which copy was received; when a byte
// below it was sent later, so that the ACK waited for a hole; when covered
// bytes were never captured; when SACK had reported it before.  A refused ACK
// may still yield a sample through its echoed timestamp (RFC 7323 4.3): a
// TSecr that names exactly one copy names the moment it was sent.
//
// Every valid sample belongs to the ack latency.  It belongs to the network
// RTT only if nothing but the network can have delayed it:
//   handshake, SACK and timestamp samples,
//   pure ACKs, unless a single last segment waited longer than a delayed ACK
//   would (RFC 9293 3.8.6.3: up to 0.5 s; 40 ms on Linux),
//   anything within a quarter of the smallest such sample of the last 10 s.
// Where that is never the case, timestamps tell whether the path got longer
// (path_watch.h).
//
// Bias: an ACK inside a super-segment is timed from the whole super-segment,
// so it is up to its serialisation time too long.  A capture point that is
// itself delayed delays both ends alike and cancels.
// Cost: O(ranges covered), which is amortised O(1) a packet.

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

void TcpEngine::sample_ack(const Step& step, const Covered& covered) {
  RangeQueue& ranges = step.peer.ranges;
  const std::size_t last = covered.last();
  const SentRange& candidate = ranges[last];
  ExtSeq expected = step.peer.snd_una;
  bool unseen = false;
  bool overtaken = false;
  for (std::size_t i = 0; i <= last; ++i) {
    unseen |= expected != 0 && ranges[i].begin > expected;
    overtaken |= ranges[i].last_sent > candidate.last_sent;
    expected = ranges[i].end;
  }
  if (unseen) {
    ++counters_.rtt_unseen;
  } else if (candidate.handshake && step.s.payload_length == 0) {
    handshake_sample(step, candidate);
  } else if (overtaken) {
    ++counters_.rtt_post_loss;
    sample_by_timestamp(step, covered);
  } else if (candidate.transmissions > 1) {
    sample_by_timestamp(step, covered);
  } else if (candidate.sacked) {
    ++counters_.rtt_sacked;
  } else {
    sample_clean(step, covered, candidate);
  }
}

void TcpEngine::handshake_sample(const Step& step, const SentRange& range) {
  const TcpFields& tcp = step.s.tcp;
  Nanos rtt = step.s.time - range.first_sent;
  std::uint64_t frame = range.frame;
  if (range.transmissions > 1) {
    const bool told = tcp.has_timestamps && range.timestamps &&
                      range.tsval_first != range.tsval_last;
    if (told && tcp.tsecr == range.tsval_last) {
      rtt = step.s.time - range.last_sent;
      frame += range.frame_back;
    } else if (!told || tcp.tsecr != range.tsval_first) {
      step.c.handshake_ambiguous = true;
      ++counters_.rtt_ambiguous;
      return;
    }
  }
  if (rtt.count() < 0) {
    ++counters_.rtt_negative;
    return;
  }
  auto& half = step.dir == Dir::s2c ? step.c.server_rtt : step.c.client_rtt;
  half = rtt.count();
  add_sample(step, frame, rtt, RttClass::handshake);
}

void TcpEngine::sample_by_timestamp(const Step& step, const Covered& covered) {
  const TcpFields& tcp = step.s.tcp;
  RangeQueue& ranges = step.peer.ranges;
  const bool fresh =
      tcp.has_timestamps && tcp.tsecr != 0 &&
      (!step.me.has_tsecr || serial_before(step.me.tsecr_max, tcp.tsecr));
  int copies = 0;
  Stamp sent;
  std::uint64_t frame = 0;
  for (std::size_t i = 0; fresh && i < covered.whole; ++i) {
    const SentRange& range = ranges[i];
    if (!range.timestamps || range.coalesced || range.transmissions > 2) {
      continue;
    }
    if (range.tsval_first == tcp.tsecr) {
      ++copies;
      sent = range.first_sent;
      frame = range.frame;
    }
    if (range.transmissions > 1 && range.tsval_last == tcp.tsecr) {
      ++copies;
      sent = range.last_sent;
      frame = range.frame + range.frame_back;
    }
  }
  if (copies != 1) {
    ++counters_.rtt_ambiguous;
    return;
  }
  // The copy is known now, not how long the receiver kept its ACK.
  const Nanos rtt = step.s.time - sent;
  const WindowedMin& min = step.peer.min_rtt;
  const std::int64_t floor = min.known() ? min.value() : 0;
  const bool late = rtt.count() - floor > patience_ns(kDelayedAckNs, floor);
  add_sample(step, frame, rtt,
             late ? RttClass::delack_suspect : RttClass::timestamp);
}

}  // namespace netlat
