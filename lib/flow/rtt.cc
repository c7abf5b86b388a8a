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
//
// Bias: an ACK inside a super-segment is timed from the whole super-segment,
// so it is up to its serialisation time too long.  A capture point that is
// itself delayed delays both ends alike and cancels.
// Cost: O(ranges covered), which is amortised O(1) a packet.

#include <algorithm>

#include "lib/flow/covered.h"
#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
// A receiver that delays an ACK does so for at least this much more than the
// path takes; below it jitter is as good an explanation.
constexpr std::int64_t kDelayedAckNs = 3'000'000;
constexpr std::int64_t kThinkNs = 1'000'000;
// Two methods further apart than this contradict each other.
constexpr std::int64_t kMethodsDifferNs = 2'000'000;
}  // namespace

void TcpEngine::sample_ack(Step& step, const Covered& covered) {
  RangeQueue& ranges = step.peer.ranges;
  const std::size_t last = covered.partial ? covered.whole : covered.whole - 1;
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
    const Nanos rtt = step.s.time - candidate.first_sent;
    const std::uint32_t size = segment_size(step.peer, step.me);
    const auto bytes =
        static_cast<std::uint32_t>(candidate.end - candidate.begin);
    const bool one = last == 0 && !covered.partial && bytes <= size;
    const bool tail = covered.ack == step.peer.snd_max;
    const bool pure = step.s.payload_length == 0;
    const auto& min = step.peer.min_rtt;
    const std::int64_t floor = min.known() ? min.value() : 0;
    const std::int64_t excess = rtt.count() - floor;
    RttClass rtt_class = pure ? RttClass::pure : RttClass::piggyback;
    if (pure && one && tail && excess > std::max(kDelayedAckNs, floor / 4)) {
      rtt_class = RttClass::delack_suspect;
    } else if (!pure && excess > std::max(kThinkNs, floor / 4)) {
      rtt_class = RttClass::think_suspect;
    }
    compare_methods(step, covered, rtt);
    add_sample(step, candidate.frame, rtt, rtt_class);
  }
}

void TcpEngine::handshake_sample(Step& step, const SentRange& range) {
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

void TcpEngine::sample_by_timestamp(Step& step, const Covered& covered) {
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
  add_sample(step, frame, step.s.time - sent, RttClass::timestamp);
}

void TcpEngine::compare_methods(Step& step, const Covered& covered, Nanos rtt) {
  // The TSecr of an ACK names the segment that last moved the receiver's left
  // edge; with a delayed ACK that is the first of those covered.
  const TcpFields& tcp = step.s.tcp;
  const SentRange& first = step.peer.ranges[0];
  if (!tcp.has_timestamps || !first.timestamps || covered.whole != 1 ||
      first.tsval_first != tcp.tsecr) {
    return;
  }
  const std::int64_t other = (step.s.time - first.first_sent).count();
  const std::int64_t apart = std::abs(other - rtt.count());
  if (apart > std::max(kMethodsDifferNs, rtt.count() / 4)) {
    ++counters_.timestamp_differs;
  } else {
    ++counters_.timestamp_agrees;
  }
}

void TcpEngine::add_sample(Step& step, std::uint64_t acks_frame, Nanos rtt,
                           RttClass rtt_class) {
  if (rtt.count() < 0) {
    ++counters_.rtt_negative;
    return;
  }
  SegmentFacts& facts = step.facts;
  if (facts.rtt_count >= std::size(facts.rtt)) return;
  Sender& sender = step.peer;
  WindowedMin& min = sender.min_rtt;
  const bool suspect = rtt_class == RttClass::delack_suspect ||
                       rtt_class == RttClass::think_suspect;
  const bool near_floor =
      min.known() && rtt.count() <= min.value() + min.value() / 4;
  const bool network = !suspect || near_floor;
  if (network) min.add(rtt.count());

  const auto us = static_cast<std::uint32_t>(
      std::min<std::int64_t>(rtt.count() / 1000, 0xffff'ffff));
  sender.smoothed_rtt_us =
      sender.smoothed_rtt_us == 0
          ? us
          : static_cast<std::uint32_t>(
                (std::uint64_t{sender.smoothed_rtt_us} * 7 + us) / 8);

  RttSample& sample = facts.rtt[facts.rtt_count++];
  sample.rtt = rtt;
  sample.acks_frame = acks_frame;
  sample.half = opposite(step.dir);
  sample.rtt_class = rtt_class;
  sample.network = network;
}

}  // namespace netlat
