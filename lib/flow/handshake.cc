// Setting up and refusing: SYN, SYN-ACK, first ACK, RST.
//
// A SYN is one octet of sequence space like any other and is kept as an
// outstanding range, so that its RTT follows the same rules as data: one
// transmission, or a timestamp that tells which one was answered.  What is
// special is the bookkeeping: the time the whole setup took, how often it was
// tried, how it ended (RFC 9293 3.5; RFC 7323 for the timestamps).

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

namespace {
void note_options(Sender& me, const TcpFields& tcp) {
  me.mss = tcp.mss;
  me.sack_permitted = tcp.sack_permitted;
  if (tcp.has_window_scale) {
    constexpr std::uint8_t kLargestShift = 14;  // RFC 7323 2.3
    me.window_shift = std::min(tcp.window_scale, kLargestShift);
  }
}
}  // namespace

void TcpEngine::take_syn(const Step& step) {
  Sender& me = step.me;
  Connection& c = step.c;
  const Segment& s = step.s;
  const bool answer = s.has(kAck);
  const bool again =
      me.saw_syn && step.begin < me.snd_max && s.tcp.seq.value == me.isn;

  // Another initial number before the handshake completed: the server (or its
  // SYN proxy) started over, and only the latest counts.
  if (me.saw_syn ? !again : step.begin != me.snd_max) start_over(step);
  note_options(me, s.tcp);
  if (me.has_window_scale() && step.peer.has_window_scale()) {
    me.scale = me.window_shift;
    step.peer.scale = step.peer.window_shift;
  }
  settle_segment_sizes(step);
  step.facts.segment_class = SegmentClass::handshake;
  const bool crossed = again && answer && !me.saw_synack;
  me.saw_synack |= answer;
  // In a simultaneous open (RFC 9293 figure 8) a SYN-ACK follows the SYN.
  if (crossed) return;
  if (again) {
    repeat(step, step.begin, step.end);
    auto& count = answer ? c.synack_retransmits : c.syn_retransmits;
    if (count < 255) ++count;
    return;
  }
  me.saw_syn = true;
  me.isn = s.tcp.seq.value;
  step.facts.relative_seq = 0;
  if (!answer && !c.started_with_syn) {
    c.syn_first = s.time;
    c.started_with_syn = true;
  }
  append(step, step.begin);
  if (me.snd_una == me.snd_max) me.ranges.clear(pool_);
  if (!me.ranges.empty()) {
    SentRange& range = me.ranges.back();
    range.begin = std::max(range.begin, me.snd_una);
    range.handshake = true;
  }
  step.facts.segment_class = SegmentClass::handshake;
  if (c.handshake == HandshakeOutcome::none) {
    c.handshake = HandshakeOutcome::timeout;
  }
}

void TcpEngine::settle_segment_sizes(const Step& step) {
  // What the receiver announced bounds what the sender may use, less the
  // timestamp option (12 octets with padding) where that is in use.
  constexpr std::uint16_t kTimestampOption = 12;
  Sender& me = step.me;
  Sender& peer = step.peer;
  if (me.mss == 0 || peer.mss == 0) return;
  std::uint16_t size = std::min(me.mss, peer.mss);
  if (step.s.tcp.has_timestamps && size > kTimestampOption) {
    size = static_cast<std::uint16_t>(size - kTimestampOption);
  }
  me.segment_size = peer.segment_size = size;
}

void TcpEngine::start_over(const Step& step) {
  Sender& me = step.me;
  me.ranges.clear(pool_);
  me.snd_max = step.begin;
  me.isn = step.s.tcp.seq.value;
  // An ACK captured before the SYN-ACK that it answers still counts.
  const bool answered =
      !me.saw_syn && me.snd_una > step.begin && me.snd_una <= step.end;
  if (!answered) me.snd_una = 0;
  if (!me.trouble) return;
  Trouble& t = *me.trouble;
  t.holes.clear();
  t.recovery_end = t.highest_sacked = t.unjudged_end = t.probed_at = 0;
}

void TcpEngine::add_syn_retries(Connection& c, std::uint32_t n) {
  if (n == 0) return;
  Sender& client = c.of(Dir::c2s);
  constexpr auto kCause = static_cast<std::size_t>(RetransmitCause::syn_timer);
  trouble(client).by_cause[kCause] += n;
  client.packets += n;
  c.syn_retransmits = static_cast<std::uint8_t>(
      std::min<std::uint32_t>(c.syn_retransmits + n, 255));
}

void TcpEngine::first_client_ack(const Step& step) {
  Connection& c = step.c;
  // With data in the SYN (RFC 7413) the ACK follows what the server took.
  const bool next =
      step.s.tcp.seq.value == step.me.isn + 1 || step.begin == step.me.snd_una;
  if (!step.me.saw_syn || !next) return;
  c.handshake = HandshakeOutcome::established;
  c.connect = std::max<std::int64_t>(0, (step.s.time - c.syn_first).count());
}

void TcpEngine::take_reset(const Step& step) {
  Connection& c = step.c;
  const Segment& s = step.s;
  step.facts.segment_class = SegmentClass::reset;
  show_ack(step);
  Sender& me = step.me;
  Sender& peer = step.peer;
  const bool answers_syn = c.handshake == HandshakeOutcome::timeout &&
                           s.has(kAck) && peer.saw_syn && !me.saw_syn;
  if (answers_syn) {
    // RFC 9293 3.10.7.3: without an ACK of what was sent it is dropped.
    const std::uint32_t acked = s.tcp.ack.value - peer.isn;
    const auto sent = static_cast<std::uint32_t>(peer.snd_max) - peer.isn;
    if (acked == 0 || acked > sent) return;
    c.handshake = HandshakeOutcome::refused;
    if (!peer.ranges.empty() && peer.ranges.front().handshake) {
      handshake_sample(step, peer.ranges.front());
    }
  }
  me.saw_rst = true;
  // Who reset it answers for nothing sent before.
  peer.ranges.clear(pool_);
}

void TcpEngine::show_ack(const Step& step) {
  if (!step.s.has(kAck)) return;
  const Sender& peer = step.peer;
  const bool known = peer.seen() || peer.snd_una != 0;
  step.facts.relative_ack = known ? step.s.tcp.ack.value - peer.isn : 1;
}

}  // namespace netlat
