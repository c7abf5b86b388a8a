#include "lib/flow/tcp_engine.h"

#include <algorithm>

namespace netlat {

namespace {
constexpr std::int64_t kEpochNs = 5'000'000'000;  // half the 10 s window
}

void TcpEngine::advance(Connection& c, Dir d, const Segment& s,
                        SegmentFacts& facts) {
  Step step{c, d, c.of(d), c.of(opposite(d)), s, facts};
  facts.dir = d;
  facts.segment_class = SegmentClass::pure_ack;
  if (s.time > c.last_time) c.last_time = s.time;
  c.recently_used = true;
  const auto epoch = static_cast<std::uint32_t>(to_ns(s.time) / kEpochNs);
  if (epoch != c.min_epoch) {
    c.min_epoch = epoch;
    c.half[0].min_rtt.rotate();
    c.half[1].min_rtt.rotate();
  }

  if (!step.me.seen()) start_direction(step);
  step.begin = extend_serial(step.me.snd_max, s.tcp.seq.value);
  step.end = step.begin + s.sequence_length();
  facts.relative_seq = s.tcp.seq.value - step.me.isn;

  const bool fresh = step.begin == step.me.snd_max && step.end > step.begin;
  const auto print = RecentPackets::print(s, facts.connection);
  if (!fresh && duplicate(step)) return;
  recent_.add(print);

  ++step.me.packets;
  if (s.tcp.options_cut) ++counters_.options_cut;
  if (s.tcp.options_bad) ++counters_.options_bad;
  if (s.tcp.has_timestamps) {
    step.newer_tsval = !step.me.has_timestamps ||
                       serial_before(step.me.tsval_max, s.tcp.tsval);
  }

  if (s.has(kRst)) {
    take_reset(step);
  } else if (s.has(kSyn)) {
    take_syn(step);
  } else {
    take_sequence(step);
  }
  take_ip_id(step);
  if (s.has(kAck) && !s.has(kRst)) {
    if (!s.has(kSyn) && d == Dir::c2s && c.connect < 0) first_client_ack(step);
    take_ack(step);
  }
  if (!s.has(kRst)) take_window(step);
  if (step.newer_tsval) {
    step.me.tsval_max = s.tcp.tsval;
    step.me.has_timestamps = true;
  }
  if (step.new_bytes) take_turn(step);
  if (s.has(kFin)) step.me.saw_fin = true;
}

bool TcpEngine::seen_just_now(const Segment& s, std::uint32_t who) noexcept {
  const auto print = RecentPackets::print(s, who);
  const bool found = recent_.find(print) != nullptr;
  recent_.add(print);
  return found;
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
      trouble_bytes_ -= sizeof(Trouble);
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

std::int64_t TcpEngine::path_rtt_ns(const Connection& c) noexcept {
  std::int64_t sum = 0;
  for (const Sender& sender : c.half) {
    if (sender.min_rtt.known()) sum += sender.min_rtt.value();
  }
  return sum;
}

std::uint32_t segment_size(const Sender& sender, const Sender& peer) noexcept {
  // What the receiver announced bounds what the sender may use, less the
  // timestamp option (12 octets with padding) once that is in use.
  constexpr std::uint32_t kTimestampOption = 12;
  const std::uint32_t announced = peer.mss != 0 && sender.mss != 0
                                      ? std::min(peer.mss, sender.mss)
                                      : std::max(peer.mss, sender.mss);
  if (announced > kTimestampOption) {
    return announced - (sender.has_timestamps ? kTimestampOption : 0);
  }
  return sender.largest_payload;
}

std::uint32_t wire_segments(const Sender& sender, const Sender& peer,
                            std::uint32_t length) noexcept {
  const std::uint32_t size = segment_size(sender, peer);
  if (length <= size || size == 0) return 1;
  return (length + size - 1) / size;
}

std::uint64_t window_octets(const Sender& sender, const Sender& peer) noexcept {
  const bool scaled = sender.has_window_scale() && peer.has_window_scale();
  return std::uint64_t{sender.window} << (scaled ? sender.window_shift : 0);
}

}  // namespace netlat
