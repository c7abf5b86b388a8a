#include "lib/flow/tcp_engine.h"

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

[[gnu::flatten]] void TcpEngine::run(Connection& c, Sender& me, Sender& peer,
                                     const Segment& s, SegmentFacts& facts) {
  const Dir d = facts.dir;
  if (s.time > c.last_time) c.last_time = s.time;
  c.recently_used = true;
  turn_epoch(c, s.time);
  if (!me.seen()) [[unlikely]]
    start_direction(me, s);
  const ExtSeq begin = extend_serial(me.snd_max, s.tcp.seq.value);
  const Step step{c, me, peer, s, facts, d, begin, begin + s.sequence_length()};
  facts.relative_seq = s.tcp.seq.value - me.isn;
  const bool next = step.begin == me.snd_max && step.end > step.begin;
  if (!next && may_be_copy(step) && duplicate(Step(step))) return;
  recent_.add(s, facts.connection);

  ++me.packets;
  if (s.tcp.options_cut | s.tcp.options_bad) [[unlikely]] {
    counters_.options_cut += s.tcp.options_cut;
    counters_.options_bad += s.tcp.options_bad;
  }
  const std::uint64_t bytes_before = me.bytes;

  constexpr std::uint8_t kSetup = kSyn | kRst;
  if ((s.tcp.flags & kSetup) != 0) [[unlikely]] {
    if (s.has(kRst)) {
      take_reset(Step(step));
    } else {
      take_syn(Step(step));
    }
  } else if (next && peer.window != 0) [[likely]] {
    append(step, step.begin);
  } else {
    take_sequence(Step(step));
  }
  take_ip_id(step);
  if (!s.has(kRst)) [[likely]] {
    if (s.has(kAck)) {
      if (c.connect < 0 && d == Dir::c2s) first_client_ack(Step(step));
      take_ack(step);
    }
    if (s.tcp.window == 0 || me.window == 0) closing_window(Step(step));
    me.window = s.tcp.window;
  }
  if (s.tcp.has_timestamps &&
      (!me.has_timestamps || serial_before(me.tsval_max, s.tcp.tsval))) {
    me.tsval_max = s.tcp.tsval;
    me.has_timestamps = true;
  }
  if (me.bytes != bytes_before) take_turn(step);
  if (s.has(kFin)) me.saw_fin = true;
}

void TcpEngine::remember(const Segment& s, std::uint32_t who) noexcept {
  recent_.add(s, who);
}

bool TcpEngine::seen_just_now(const Segment& s, std::uint32_t who) noexcept {
  // No stack sends a SYN again sooner (RFC 6298 2.4 has a second at least).
  constexpr Nanos kCopiedWithin = std::chrono::milliseconds(100);
  const RecentPackets::Print* const earlier =
      recent_.find(RecentPackets::print(s, who), 0);
  const bool copy =
      earlier != nullptr && s.time - earlier->time <= kCopiedWithin;
  remember(s, who);
  return copy;
}

void TcpEngine::icmp_error(Connection& c, Dir d, const IcmpFields& icmp) {
  constexpr std::uint8_t kUnreachable = 3, kFragmentationNeeded = 4;
  constexpr std::uint8_t kPacketTooBig = 2;  // ICMPv6
  const bool v4 =
      icmp.type == kUnreachable && icmp.code == kFragmentationNeeded;
  const bool v6 = icmp.type == kPacketTooBig && icmp.code == 0;
  if (v4 || v6) trouble(c.of(d)).fragmentation_needed = true;
}

void TcpEngine::release(Connection& c) noexcept {
  for (Sender& sender : c.half) {
    sender.ranges.clear(pool_);
    if (sender.trouble) {
      trouble_bytes_ -= sender.trouble->memory_bytes();
      sender.trouble.reset();
    }
  }
}

std::size_t TcpEngine::memory_bytes() const noexcept {
  return pool_.memory_bytes() + trouble_bytes_;
}

Trouble& TcpEngine::trouble(Sender& sender) {
  if (!sender.trouble) {
    sender.trouble = std::make_unique<Trouble>();
    trouble_bytes_ += sizeof(Trouble);
  }
  return *sender.trouble;
}

Repeat& TcpEngine::keep(Trouble& t, const Repeat& repeat) {
  const std::size_t before = t.memory_bytes();
  Repeat& kept = t.remember(repeat);
  trouble_bytes_ += t.memory_bytes() - before;
  return kept;
}

void TcpEngine::keep(Trouble& t, std::size_t at, const Hole& hole) {
  const std::size_t before = t.memory_bytes();
  t.holes.insert(t.holes.begin() + static_cast<std::ptrdiff_t>(at), hole);
  trouble_bytes_ += t.memory_bytes() - before;
}

std::int64_t TcpEngine::path_rtt_ns(const Connection& c) noexcept {
  std::int64_t sum = 0;
  for (const Sender& sender : c.half) {
    if (sender.min_rtt.known()) sum += sender.min_rtt.value();
  }
  return sum;
}

}  // namespace netlat
