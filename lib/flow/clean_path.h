#pragma once
// What every packet of a healthy connection runs through, inline: new bytes at
// the right edge, an ACK that advances, the next IP-ID, a turn.
//
// Four packets in five need nothing else.  A function here handles the clean
// case itself and calls out of line for the rest, so that advance() compiles
// into one straight body and the questions keep a file each.

#include <algorithm>
#include <limits>

#include "lib/flow/tcp_engine.h"

namespace netlat {

/// The outstanding ranges that one ACK covers for the first time: the first
/// `whole` of the peer's queue, and with `partial` a piece of the next.
/// Valid until the queue changes.
struct TcpEngine::Covered {
  std::size_t whole = 0;
  bool partial = false;

  std::size_t last() const noexcept { return partial ? whole : whole - 1; }
};

inline void TcpEngine::append(Step& step, ExtSeq begin) {
  // While the peer has not been seen, nothing will be acknowledged soon.
  constexpr std::size_t kUnansweredRanges = 32;
  Sender& me = step.me;
  Sender& peer = step.peer;
  const Segment& s = step.s;
  if (peer.packets == 0 && me.ranges.size() >= kUnansweredRanges) {
    me.ranges.pop_front(pool_);
  }
  SentRange range;
  range.begin = begin;
  range.end = step.end;
  range.first_sent = range.last_sent = s.time;
  range.frame = s.frame;
  range.tsval_first = range.tsval_last = s.tcp.tsval;
  range.timestamps = s.tcp.has_timestamps;
  me.ranges.push_back(pool_, range);

  const std::uint32_t length =
      s.payload_length - static_cast<std::uint32_t>(begin - step.begin);
  me.snd_max = step.end;
  me.last_data = s.time;
  step.facts.segment_class = SegmentClass::new_data;
  if (length > 0) {
    me.bytes += length;
    if (me.mss == 0 && !s.super_segment && length > me.segment_size) {
      me.segment_size =
          static_cast<std::uint16_t>(std::min<std::uint32_t>(length, 0xffff));
    }
    me.segments += me.wire_segments(length);
    step.new_bytes = true;
  }
  if (me.snd_una == 0) return;
  const ExtSeq flight = me.snd_max - me.snd_una;
  if (flight > me.max_in_flight) {
    me.max_in_flight = static_cast<std::uint32_t>(
        std::min<ExtSeq>(flight, std::numeric_limits<std::uint32_t>::max()));
  }
  // Without both SYNs the window scale is unknown and no verdict is possible.
  const bool scaled = me.has_window_scale() && peer.has_window_scale();
  const ExtSeq window = ExtSeq{peer.window} << (scaled ? peer.window_shift : 0);
  if (flight == window && peer.saw_syn && me.saw_syn) {
    ++trouble(me).window_full;
  }
}

inline void TcpEngine::take_ip_id(Step& step) {
  const Segment& s = step.s;
  Sender& me = step.me;
  if (!s.has_ip_id || s.has(kRst)) return;
  const std::uint32_t n = me.wire_segments(s.payload_length);
  const auto gap = static_cast<std::int16_t>(
      static_cast<std::uint16_t>(s.ip_id - me.ip_id_next));
  // 0 is what a kernel writes that does not count; or the counter came round.
  constexpr std::int16_t kComesRound = 16;
  if (s.ip_id == 0 && (!me.ip_id_started || gap < 0 || gap >= kComesRound)) {
    return;
  }
  if (gap != 0 && me.ip_id_started) [[unlikely]] {
    irregular_ip_id(step, gap, n);
    return;
  }
  if (me.ip_id_started && me.ip_id_steps < 255) ++me.ip_id_steps;
  me.ip_id_started = true;
  me.ip_id_next = static_cast<std::uint16_t>(s.ip_id + n);
}

inline void TcpEngine::add_sample(Step& step, std::uint64_t acks_frame,
                                  Nanos rtt, RttClass rtt_class) {
  if (rtt.count() < 0) [[unlikely]] {
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

  const auto us = static_cast<std::uint32_t>(std::min<std::int64_t>(
      rtt.count() / 1000, std::numeric_limits<std::uint32_t>::max()));
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

inline void TcpEngine::sample_clean(Step& step, const Covered& covered,
                                    const SentRange& candidate) {
  // A receiver that delays an ACK does so for at least this much more than
  // the path takes; below it jitter is as good an explanation.
  constexpr std::int64_t kDelayedAckNs = 3'000'000;
  constexpr std::int64_t kThinkNs = 1'000'000;
  const Sender& sender = step.peer;
  const TcpFields& tcp = step.s.tcp;
  const Nanos rtt = step.s.time - candidate.first_sent;
  const std::int64_t floor =
      sender.min_rtt.known() ? sender.min_rtt.value() : 0;
  const std::int64_t excess = rtt.count() - floor;
  RttClass rtt_class = RttClass::pure;
  if (step.s.payload_length != 0) {
    rtt_class = excess > std::max(kThinkNs, floor / 4) ? RttClass::think_suspect
                                                       : RttClass::piggyback;
  } else if (excess > std::max(kDelayedAckNs, floor / 4)) {
    const bool one = covered.whole == 1 && !covered.partial &&
                     candidate.end - candidate.begin <=
                         std::max<ExtSeq>(sender.segment_size, 1);
    if (one && candidate.end == sender.snd_max) {
      rtt_class = RttClass::delack_suspect;
    }
  }
  if (tcp.has_timestamps && candidate.timestamps && covered.whole == 1) {
    // The echo must name the only segment this ACK can be about.
    const bool named = tcp.tsecr == candidate.tsval_first;
    counters_.timestamp_agrees += named;
    counters_.timestamp_differs += !named;
  }
  add_sample(step, candidate.frame, rtt, rtt_class);
}

inline void TcpEngine::advance_una(Step& step, ExtSeq ack) {
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
  if (ack > peer.snd_max) [[unlikely]] {
    ack_of_unseen_bytes(step, ack);
  } else if (covered.whole == 1 && !covered.partial) {
    const SentRange& only = ranges.front();
    const bool clean = only.transmissions == 1 && !only.sacked &&
                       !only.handshake && only.begin == peer.snd_una;
    if (clean) {
      sample_clean(step, covered, only);
    } else {
      sample_ack(step, covered);
    }
  } else if (covered.whole > 0 || covered.partial) {
    sample_ack(step, covered);
  }
  const ExtSeq before = peer.snd_una;
  for (std::size_t i = 0; i < covered.whole; ++i) ranges.pop_front(pool_);
  if (!ranges.empty() && ranges.front().begin < ack) {
    ranges.front().begin = ack;
  }
  peer.snd_una = ack;
  if (peer.trouble) [[unlikely]] {
    eifel(step, before, ack);
    settle(step, ack);
  }
  peer.last_progress = step.s.time;
}

inline void TcpEngine::take_ack(Step& step) {
  // Further than this from everything sent is another connection's number.
  constexpr ExtSeq kPlausible = ExtSeq{1} << 30;
  Sender& peer = step.peer;
  Sender& me = step.me;
  const TcpFields& tcp = step.s.tcp;
  if (!peer.seen()) [[unlikely]] {
    ack_of_unseen_sender(step);
    return;
  }
  step.facts.relative_ack = tcp.ack.value - peer.isn;
  const ExtSeq reference = peer.snd_una != 0 ? peer.snd_una : peer.snd_max;
  const ExtSeq ack = extend_serial(reference, tcp.ack.value);
  if (ack > peer.snd_max + kPlausible || ack < reference - kPlausible)
      [[unlikely]] {
    ++counters_.ack_implausible;
    return;
  }
  if (tcp.sack_count > 0) take_sack(step, ack);
  if (ack > peer.snd_una) {
    advance_una(step, ack);
  } else if (ack == peer.snd_una && ack < peer.snd_max) {
    same_ack(step, ack);
  }
  if (tcp.has_timestamps &&
      (!me.has_tsecr || serial_before(me.tsecr_max, tcp.tsecr))) {
    me.tsecr_max = tcp.tsecr;
    me.has_tsecr = true;
  }
}

/// Requests and responses.  A turn begins with the client's first new octet
/// after a response (or at the start) and ends with the last octet the server
/// sends before the client's next.  Service time is the last request octet to
/// the first response octet, less the smallest round trip between the capture
/// point and the server, so that it means the same at a client-side and at a
/// server-side capture.  A server that speaks first (a greeting) starts no
/// turn.  A turn with a retransmission inside is counted and its service time
/// left out: the stall belongs to the direction, not to the server.
/// Bias: pipelined and multiplexed requests merge into one turn.
inline void TcpEngine::take_turn(Step& step) {
  Connection& c = step.c;
  const Stamp now = step.s.time;
  if (step.dir == Dir::c2s) {
    if (c.phase == TurnPhase::request) {
      c.turn_mark = now;
      return;
    }
    if (c.phase == TurnPhase::response) {
      step.facts.has_elapsed = true;
      step.facts.elapsed = c.turn_mark - c.turn_start;
    }
    c.phase = TurnPhase::request;
    c.turn_start = c.turn_mark = now;
    c.turn_lossy = false;
    return;
  }
  if (c.phase == TurnPhase::none) return;
  if (c.phase == TurnPhase::request) {
    ++c.turns;
    c.phase = TurnPhase::response;
    const WindowedMin& network = c.of(Dir::c2s).min_rtt;
    const Nanos wait = now - c.turn_mark;
    if (c.turn_lossy) {
      ++c.turns_lossy;
    } else if (network.known() && wait.count() >= 0) {
      step.facts.has_service = true;
      step.facts.service = std::max(Nanos{0}, wait - Nanos{network.value()});
    }
  }
  c.turn_mark = now;
}

}  // namespace netlat
