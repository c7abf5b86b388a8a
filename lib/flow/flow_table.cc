#include "netlat/flow/flow_table.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "lib/flow/flow_lookup.h"
#include "lib/flow/roles.h"
#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
constexpr std::size_t kFirstSlots = 1024;
// Positions in slots_ have 31 bits.
constexpr std::size_t kMostConnections =
    (std::size_t{1} << 31) * sizeof(Connection);
// So few connections, 6 MiB of them, are near enough in any case.
constexpr std::size_t kNearby = 16'384;
constexpr std::uint64_t kFrameMask = (std::uint64_t{1} << 48) - 1;

// Whether an ICMP error says that the packet it quotes did not arrive, and not
// only that it was too long (RFC 792, RFC 4443).
bool undelivered(const Segment& s) {
  constexpr std::uint8_t kUnreachable = 3, kTooLong = 4, kTimeExceeded = 11;
  constexpr std::uint8_t kUnreachable6 = 1, kTimeExceeded6 = 3;
  const IcmpFields& icmp = s.icmp;
  if (s.transport == Transport::icmp6) {
    return icmp.type == kUnreachable6 || icmp.type == kTimeExceeded6;
  }
  return (icmp.type == kUnreachable && icmp.code != kTooLong) ||
         icmp.type == kTimeExceeded;
}

}  // namespace

FlowTable::FlowTable(const FlowLimits& limits, FlowListener& listener)
    : limits_(limits),
      listener_(listener),
      scopes_(limits.ignore_tunnels),
      engine_(
          std::make_unique<TcpEngine>(counters_, limits.memory_ceiling / 4)),
      slots_(kFirstSlots),
      mask_(kFirstSlots - 1),
      connections_(std::min(std::max(limits.memory, limits.memory_ceiling),
                            kMostConnections)) {}

FlowTable::~FlowTable() {
  for (std::uint32_t i = 0; i < next_; ++i) {
    if (in_use_[i]) release(i);
  }
}

std::uint32_t FlowTable::tag_of(const FlowKey& key) const noexcept {
  return static_cast<std::uint32_t>(key.hash(hash_));
}

bool FlowTable::matches_half(const Slot& slot,
                             const FlowKey& key) const noexcept {
  return half_open_.at((slot.ref & ~kHalf) - 1).key() == key;
}

void FlowTable::place(std::uint32_t tag, std::uint32_t ref) {
  // A new connection takes its home slot and sends what was there to the end
  // of the run: the young are asked for most.
  if (used_slots_ * 2 >= slots_.size()) grow();
  const std::size_t home = tag & mask_;
  std::size_t at = home;
  while (slots_[at].ref != 0) at = (at + 1) & mask_;
  slots_[at] = slots_[home];
  slots_[home] = {tag, ref};
  ++used_slots_;
}

void FlowTable::bind(const Work& work, std::uint32_t ref) {
  const Found found = find(work);
  if (found.ref == 0) {
    place(work.tag, ref);
  } else {
    slots_[found.at].ref = ref;
  }
}

void FlowTable::erase(std::size_t at) {
  // Backward shift: what probed past the hole moves into it, so that no
  // tombstones gather.
  std::size_t next = (at + 1) & mask_;
  while (slots_[next].ref != 0) {
    const std::size_t home = slots_[next].tag & mask_;
    if (((next - home) & mask_) >= ((next - at) & mask_)) {
      slots_[at] = slots_[next];
      at = next;
    }
    next = (next + 1) & mask_;
  }
  slots_[at] = {};
  --used_slots_;
}

void FlowTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  used_slots_ = 0;
  for (const Slot& slot : old) {
    if (slot.ref != 0) place(slot.tag, slot.ref);
  }
}

inline void FlowTable::look_at(const Segment& s, Work& work) {
  direct(s, scopes_.of(s), work.key);
  work.tag = tag_of(work.key.key);
  __builtin_prefetch(slots_.data() + (work.tag & mask_));
}

// Inlined by force: to GCC a function that only fetches has no effect, and it
// drops the call.
[[gnu::always_inline]] inline void FlowTable::fetch_ahead(
    std::size_t n) const noexcept {
  const Slot* const slots = slots_.data();
  for (const Work *work = works_.data(), *end = work + n; work < end; ++work) {
    const std::uint32_t ref = slots[work->tag & mask_].ref;
    if (ref == 0 || (ref & kHalf) != 0) continue;
    fetch(connection(ref - 1));
  }
}

void FlowTable::advance(std::span<const Segment> batch,
                        std::span<SegmentFacts> facts) {
  assert(batch.size() <= kBatch && facts.size() >= batch.size());
  make_room();                 // connections grow between allocations too
  Work* work = works_.data();  // filled where the segment is TCP
  for (const Segment& s : batch) {
    if (s.transport == Transport::tcp) [[likely]]
      look_at(s, *work);
    ++work;
  }
  if (live_ > kNearby) fetch_ahead(batch.size());
  work = works_.data();
  SegmentFacts* of_one = facts.data();
  for (const Segment& s : batch) {
    if (s.transport == Transport::tcp) [[likely]] {
      advance_one(s, *work, *of_one);
    } else {
      of_one->reset();
      const bool icmp =
          s.transport == Transport::icmp || s.transport == Transport::icmp6;
      if (icmp) quote(s);
    }
    ++work;
    ++of_one;
  }
}

inline void FlowTable::advance_one(const Segment& s, const Work& work,
                                   SegmentFacts& facts) {
  const Found found = find(work);
  if (found.connection != nullptr) [[likely]] {
    Connection& c = *found.connection;
    if (!may_start_anew(c, s) || !starts_anew(c, s, work)) [[likely]] {
      advance_known(c, found.ref - 1, s, work, facts);
    } else {
      const std::uint32_t index = open(s, work, true);
      bind(work, index + 1);
      advance_known(connection(index), index, s, work, facts);
    }
  } else if (found.ref == 0) {
    advance_first(s, work, facts);
  } else {
    advance_half_open(s, work, found.at, facts);
  }
}

inline void FlowTable::advance_known(Connection& c, std::uint32_t index,
                                     const Segment& s, const Work& work,
                                     SegmentFacts& facts) {
  facts.start(index, c.id, c.direction(work.key.sender_is_low));
  engine_->advance(c, s, facts);
}

void FlowTable::advance_first(const Segment& s, const Work& work,
                              SegmentFacts& facts) {
  constexpr std::uint8_t kOthers = kAck | kRst | kFin;
  const bool bare =
      s.has(kSyn) && (s.tcp.flags & kOthers) == 0 && s.payload_length == 0;
  if (bare) {
    open_half(s, work, false, facts);
  } else {
    open_full(s, work, false, facts);
  }
}

void FlowTable::open_full(const Segment& s, const Work& work, bool reused,
                          SegmentFacts& facts) {
  const std::uint32_t index = open(s, work, reused);
  place(work.tag, index + 1);
  advance_known(connection(index), index, s, work, facts);
}

inline bool FlowTable::may_start_anew(const Connection& c,
                                      const Segment& s) const noexcept {
  return s.has(kSyn) || s.time - c.last_time > limits_.idle_split;
}

bool FlowTable::starts_anew(Connection& c, const Segment& s, const Work& work) {
  const Sender& me = c.of(c.direction(work.key.sender_is_low));
  if (s.has(kSyn) && !s.has(kRst)) {
    const bool answer = s.has(kAck);
    // A server that has not heard of the close repeats its SYN-ACK.
    const bool known = me.isn == s.tcp.seq.value;
    if (me.saw_syn && known) return c.closed() && !answer;
    // Overtaken by what acknowledges it on the way into the capture.
    if (!me.seen() && me.snd_una != 0 && known) return c.closed();
    // The other half of a setup under way: an answer, a simultaneous open, or
    // a server that picked another number.
    const bool setting_up = c.started_with_syn && c.connect < 0 && !c.closed();
    return !(setting_up && (s.has(kAck) || !me.saw_syn));
  }
  if (s.time - c.last_time > limits_.idle_split && !s.has(kRst)) {
    const auto open_hole = [](const Sender& sender) {
      return sender.trouble && (sender.trouble->recovery_end != 0 ||
                                !sender.trouble->holes.empty());
    };
    if (open_hole(c.half[0]) || open_hole(c.half[1])) return false;
    c.idle_split = !c.closed();
    ++counters_.idle_splits;
    return true;
  }
  return false;
}

void FlowTable::advance_half_open(const Segment& s, const Work& work,
                                  std::size_t at, SegmentFacts& facts) {
  const std::uint32_t half = (slots_[at].ref & ~kHalf) - 1;
  HalfOpen& entry = half_open_.at(half);
  const bool same_side = work.key.sender_is_low == entry.client_is_low;
  const bool syn = s.has(kSyn) && !s.has(kAck) && s.payload_length == 0;
  if (same_side && syn && s.tcp.seq.value == entry.isn) {
    facts.start(SegmentFacts::kNoConnection, entry.id, Dir::c2s);
    if (engine_->seen_just_now(s, kHalf | half)) {
      facts.segment_class = SegmentClass::capture_duplicate;
      ++counters_.copies;
      return;
    }
    half_open_.add_retry(half, s);
    facts.segment_class = SegmentClass::retransmission;
    facts.has_cause = true;
    facts.cause = RetransmitCause::syn_timer;
    return;
  }
  if (same_side && syn) {
    listener_.unanswered(entry, half_open_.retry(half));
    half_open_.remove(half);
    erase(at);
    open_half(s, work, true, facts);
    return;
  }
  const std::uint32_t index = promote(half, at);
  advance_known(connection(index), index, s, work, facts);
}

void FlowTable::open_half(const Segment& s, const Work& work, bool reused,
                          SegmentFacts& facts) {
  if ((half_open_.size() + 1) * (sizeof(HalfOpen) + kSlotCost) >
      limits_.memory / 4) {
    if (limits_.memory < limits_.memory_ceiling) {
      limits_.memory = std::min(limits_.memory * 2, limits_.memory_ceiling);
    } else {
      evict_half_open();
    }
  }
  const auto id = static_cast<std::uint32_t>(counters_.connections);
  const std::int64_t half = half_open_.add(s, work.key, id);
  if (half < 0) {
    open_full(s, work, reused, facts);
    return;
  }
  ++counters_.connections;
  const auto index = static_cast<std::uint32_t>(half);
  half_open_.at(index).reused = reused;
  place(work.tag, kHalf | (index + 1));
  facts.start(SegmentFacts::kNoConnection, id, Dir::c2s);
  facts.segment_class = SegmentClass::handshake;
  engine_->remember(s, kHalf | index);
}

std::uint32_t FlowTable::promote(std::uint32_t half, std::size_t at) {
  const HalfOpen entry = half_open_.at(half);
  const std::uint32_t tag = slots_[at].tag;
  const std::uint32_t index = allocate();
  Connection& c = connection(index);
  c.key = entry.key();
  c.id = entry.id;
  c.client_is_low = entry.client_is_low;
  c.reused = entry.reused;
  c.role = RoleConfidence::syn;
  c.first_time = c.last_time = entry.first_syn;
  c.first_frame = entry.frame;
  // Making room may have moved slots.
  const Work work{{c.key, c.client_is_low}, tag};
  bind(work, index + 1);
  SegmentFacts ignored;
  advance_known(c, index, half_open_.replay(half, false), work, ignored);
  if (entry.retransmits() > 0) {
    advance_known(c, index, half_open_.replay(half, true), work, ignored);
    engine_->add_syn_retries(c, entry.retransmits() - 1);
  }
  half_open_.remove(half);
  return index;
}

std::uint32_t FlowTable::open(const Segment& s, const Work& work, bool reused) {
  const std::uint32_t index = allocate();
  Connection& c = connection(index);
  c.key = work.key.key;
  c.id = static_cast<std::uint32_t>(counters_.connections++);
  c.first_time = c.last_time = s.time;
  c.first_frame = s.frame & kFrameMask;
  c.reused = reused;
  const Roles roles = decide_roles(s);
  c.role = roles.confidence;
  c.client_is_low = roles.sender_is_client == work.key.sender_is_low;
  return index;
}

void FlowTable::quote(const Segment& s) {
  if (!s.icmp.has_quote || s.icmp.quote.transport != Transport::tcp) return;
  Segment quoted;
  quoted.source = s.icmp.quote.source;
  quoted.destination = s.icmp.quote.destination;
  quoted.source_port = s.icmp.quote.source_port;
  quoted.destination_port = s.icmp.quote.destination_port;
  Work work;
  direct(quoted, scopes_.of(s), work.key);
  work.tag = tag_of(work.key.key);
  const Found found = find(work);
  if (found.ref == 0) return;
  if (found.connection != nullptr) {
    Connection& c = *found.connection;
    engine_->icmp_error(c, c.direction(work.key.sender_is_low), s.icmp);
    return;
  }
  HalfOpen& entry = half_open_.at((found.ref & ~kHalf) - 1);
  // Who forges such an error does not know the sequence number.
  if (undelivered(s) && s.icmp.quote.seq.value == entry.isn &&
      work.key.sender_is_low == entry.client_is_low) {
    entry.unreachable = true;
  }
}

void FlowTable::path_grew(std::uint32_t index, Dir half, Nanos by) noexcept {
  WindowedMin& shortest = connection(index).of(half).min_rtt;
  if (!shortest.known() || by.count() < shortest.value() / 4) return;
  shortest.previous = shortest.value() + by.count();
  shortest.current = WindowedMin::kNone;
}

}  // namespace netlat
