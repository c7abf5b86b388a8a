#pragma once
// What every packet of a healthy connection runs through, inline: new bytes at
// the right edge, an ACK that advances, the next IP-ID, a turn.
//
// Four packets in five need nothing else.  A function here handles the clean
// case itself and calls out of line for the rest, so that advance() compiles
// into one straight body and the questions keep a file each.  What is called
// gets a copy of the Step: were its own address known elsewhere, the body would
// have to reload every part of it after each write.

#include <algorithm>
#include <limits>

#include "lib/flow/tcp_engine.h"

namespace netlat {

/// A receiver that delays an ACK does so for at least this much more than the
/// path takes; below it jitter is as good an explanation.
inline constexpr std::int64_t kDelayedAckNs = 3'000'000;

/// How much longer than the path's `floor` an ACK may take before its sender
/// is suspected of having kept it: a quarter, and not less than `least`.
inline std::int64_t patience_ns(std::int64_t least,
                                std::int64_t floor) noexcept {
  return std::max(least, floor >> 2);
}

/// The outstanding ranges that one ACK covers for the first time: the first
/// `whole` of the peer's queue, and with `partial` a piece of the next.
/// Valid until the queue changes.
struct TcpEngine::Covered {
  std::size_t whole = 0;
  bool partial = false;

  std::size_t last() const noexcept { return partial ? whole : whole - 1; }
};

inline void TcpEngine::turn_epoch(Connection& c, Stamp now) noexcept {
  constexpr std::int64_t kEpochNs = 5'000'000'000;  // half the 10 s window
  const std::int64_t ns = to_ns(now);
  if (static_cast<std::uint64_t>(ns - epoch_.begin) >= kEpochNs) [[unlikely]] {
    const std::int64_t number = ns / kEpochNs;
    epoch_ = {static_cast<std::uint16_t>(number), number * kEpochNs};
  }
  if (c.min_epoch == epoch_.number) return;
  c.min_epoch = epoch_.number;
  c.half[0].min_rtt.rotate();
  c.half[1].min_rtt.rotate();
}

/// Whether a packet that is not the next new one brings nothing new, as a copy
/// of an earlier one would.
inline bool TcpEngine::may_be_copy(const Step& step) noexcept {
  if (step.end > step.begin) return true;
  const ExtSeq una = step.peer.snd_una;
  return !step.s.has(kRst) && una != 0 &&
         extend_serial(una, step.s.tcp.ack.value) <= una;
}

inline void TcpEngine::append(const Step& step, ExtSeq begin) {
  // While the peer has not been seen, nothing will be acknowledged soon.
  constexpr std::size_t kUnansweredRanges = 32;
  Sender& me = step.me;
  const Sender& peer = step.peer;
  const Segment& s = step.s;
  if (peer.packets == 0 && me.ranges.size() >= kUnansweredRanges) {
    me.ranges.pop_front(pool_);
  }
  if (SentRange* const range = me.ranges.append(pool_)) [[likely]] {
    range->start(begin, step.end, s);
  }

  me.snd_max = step.end;
  me.last_data = s.time;
  step.facts.segment_class = SegmentClass::new_data;
  const std::uint32_t length =
      s.payload_length - static_cast<std::uint32_t>(begin - step.begin);
  if (length > 0) {
    me.bytes += length;
    if (length > me.segment_size && me.mss == 0 && !s.super_segment) {
      me.segment_size =
          static_cast<std::uint16_t>(std::min<std::uint32_t>(length, 0xffff));
    }
    me.segments += me.wire_segments(length);
  }
  if (me.snd_una == 0) return;
  const ExtSeq flight = me.snd_max - me.snd_una;
  if (flight > me.max_in_flight) {
    me.max_in_flight = static_cast<std::uint32_t>(
        std::min<ExtSeq>(flight, std::numeric_limits<std::uint32_t>::max()));
  }
  // Without both SYNs the window scale is unknown and no verdict is possible.
  const ExtSeq window = ExtSeq{peer.window} << peer.scale;
  if (flight == window && peer.saw_syn && me.saw_syn) [[unlikely]] {
    ++trouble(me).window_full;
  }
}

inline void TcpEngine::take_ip_id(const Step& step) {
  const Segment& s = step.s;
  Sender& me = step.me;
  if (!s.has_ip_id || s.has(kRst)) return;
  const std::uint32_t n = me.wire_segments(s.payload_length);
  if (s.ip_id == me.ip_id_next && me.ip_id_started) [[likely]] {
    if (me.ip_id_steps < 255) ++me.ip_id_steps;
    me.ip_id_next = static_cast<std::uint16_t>(s.ip_id + n);
  } else {
    unexpected_ip_id(Step(step), n);
  }
}

inline void TcpEngine::add_sample(const Step& step, std::uint64_t acks_frame,
                                  Nanos rtt, RttClass rtt_class) {
  if (rtt.count() < 0) [[unlikely]] {
    ++counters_.rtt_negative;
    return;
  }
  SegmentFacts& facts = step.facts;
  if (facts.rtt_count >= std::size(facts.rtt)) [[unlikely]]
    return;
  Sender& sender = step.peer;
  const bool network = is_network(rtt_class);
  if (network) sender.min_rtt.add(rtt.count());

  const auto us = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(rtt.count()) / 1000,
                              std::numeric_limits<std::uint32_t>::max()));
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

/// Nothing followed the newest range covered before a prompt answer to it was
/// due, so the receiver had reason to wait for more.
inline bool TcpEngine::last_of_flight(const Sender& sender,
                                      const Covered& covered, Nanos patience) {
  const std::size_t next = covered.last() + 1;
  if (next >= sender.ranges.size()) return true;
  return sender.ranges[next].first_sent -
             sender.ranges[covered.last()].first_sent >
         patience;
}

inline void TcpEngine::sample_clean(const Step& step, const Covered& covered,
                                    const SentRange& candidate) {
  // An ACK that rides on data is the network's within a quarter of the smallest
  // round trip; below that, what a host takes to answer at all.
  constexpr std::int64_t kThinkNs = 50'000;
  const Sender& sender = step.peer;
  const TcpFields& tcp = step.s.tcp;
  const bool pure = step.s.payload_length == 0;
  const Nanos rtt = step.s.time - candidate.first_sent;
  const std::int64_t floor =
      sender.min_rtt.known() ? sender.min_rtt.value() : 0;
  const std::int64_t patience =
      patience_ns(pure ? kDelayedAckNs : kThinkNs, floor);
  const bool late = rtt.count() - floor > patience;
  RttClass rtt_class = pure ? RttClass::pure : RttClass::piggyback;
  if (late && !pure) {
    rtt_class = RttClass::think_suspect;
  } else if (late && last_of_flight(sender, covered, Nanos{patience})) {
    // Two full segments are acknowledged at once (RFC 9293 3.8.6.3); a last
    // one alone, or after a full one but short itself, may wait.
    const ExtSeq full = std::max<ExtSeq>(sender.segment_size, 1);
    const ExtSeq octets = candidate.end - candidate.begin;
    const bool one = covered.whole == 1 && !covered.partial && octets <= full;
    if (one || octets < full) rtt_class = RttClass::delack_suspect;
  }
  if (tcp.has_timestamps && candidate.timestamps && covered.whole == 1) {
    // The echo must name the only segment this ACK can be about.
    if (tcp.tsecr == candidate.tsval_first) [[likely]] {
      ++counters_.timestamp_agrees;
    } else {
      ++counters_.timestamp_differs;
    }
  }
  add_sample(step, candidate.frame, rtt, rtt_class);
}

inline void TcpEngine::advance_una(const Step& step, ExtSeq ack) {
  Sender& peer = step.peer;
  RangeQueue& ranges = peer.ranges;
  const ExtSeq before = peer.snd_una;
  if (!ranges.empty() && ranges.front().end == ack) {
    // The ACK ends where the oldest range does, so it covers nothing else.
    const SentRange& only = ranges.front();
    const bool clean = only.transmissions == 1 && !only.sacked &&
                       !only.handshake && only.begin == before;
    if (clean) [[likely]] {
      sample_clean(step, {1, false}, only);
    } else {
      sample_ack(Step(step), {1, false});
    }
    ranges.pop_front(pool_);
  } else {
    advance_over_several(Step(step), ack);
  }
  peer.snd_una = ack;
  if (peer.trouble) [[unlikely]] {
    eifel(Step(step), before, ack);
    settle(Step(step), ack);
  }
  peer.last_progress = step.s.time;
}

inline void TcpEngine::take_ack(const Step& step) {
  // Further than this from everything sent is another connection's number.
  constexpr ExtSeq kPlausible = ExtSeq{1} << 30;
  Sender& peer = step.peer;
  Sender& me = step.me;
  const TcpFields& tcp = step.s.tcp;
  if (!peer.seen()) [[unlikely]] {
    ack_of_unseen_sender(Step(step));
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
  if (tcp.sack_count > 0) [[unlikely]]
    take_sack(Step(step), ack);
  if (ack > peer.snd_una) {
    advance_una(step, ack);
  } else if (ack == peer.snd_una && (ack < peer.snd_max || peer.trouble)) {
    same_ack(Step(step), ack);
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
inline void TcpEngine::take_turn(const Step& step) {
  Connection& c = step.c;
  const Stamp now = step.s.time;
  if (step.dir == Dir::c2s) {
    if (c.phase == TurnPhase::request) {
      c.turn_mark = now;
      return;
    }
    if (c.phase == TurnPhase::response) {
      step.facts.has_elapsed = true;
      step.facts.turn = c.turn_mark - c.turn_start;
    }
    c.phase = TurnPhase::request;
    c.turn_start = c.turn_mark = now;
    c.turn_lossy = false;
    return;
  }
  if (c.phase == TurnPhase::none) return;
  if (c.phase == TurnPhase::request) {
    const WindowedMin& network = c.of(Dir::c2s).min_rtt;
    const Nanos wait = now - c.turn_mark;
    // What left the server before the request can have reached it answers
    // something else: a session ticket, a push.
    const bool in_flight =
        network.known() && wait.count() < network.value() / 4 * 3;
    if (in_flight) return;
    ++c.turns;
    c.phase = TurnPhase::response;
    if (c.turn_lossy) {
      ++c.turns_lossy;
    } else if (network.known() && wait.count() >= 0) {
      step.facts.has_service = true;
      step.facts.turn = std::max(Nanos{0}, wait - Nanos{network.value()});
    }
  }
  c.turn_mark = now;
}

}  // namespace netlat
