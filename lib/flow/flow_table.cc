#include "netlat/flow/flow_table.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "lib/flow/flow_chunk.h"
#include "lib/flow/roles.h"
#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
constexpr std::size_t kFirstSlots = 1024;
// Connections that fit a second-level cache need no fetching ahead.
constexpr std::size_t kCacheOctets = 4u << 20;

void prefetch(const void* p) {
  __builtin_prefetch(p, 1, 3);
}
}  // namespace

FlowTable::FlowTable(const FlowLimits& limits, FlowListener& listener)
    : limits_(limits),
      listener_(listener),
      scopes_(limits.ignore_tunnels),
      engine_(
          std::make_unique<TcpEngine>(counters_, limits.memory_ceiling / 4)),
      slots_(kFirstSlots) {}

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
  if (used_slots_ * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = tag & mask;
  while (slots_[at].ref != 0) at = (at + 1) & mask;
  slots_[at] = {tag, ref};
  ++used_slots_;
}

void FlowTable::bind(const Work& work, std::uint32_t ref) {
  const std::size_t at = find(work);
  if (slots_[at].ref == 0) {
    place(work.tag, ref);
  } else {
    slots_[at].ref = ref;
  }
}

void FlowTable::erase(std::size_t at) {
  // Backward shift: what probed past the hole moves into it, so that no
  // tombstones gather.
  const std::size_t mask = slots_.size() - 1;
  std::size_t next = (at + 1) & mask;
  while (slots_[next].ref != 0) {
    const std::size_t home = slots_[next].tag & mask;
    if (((next - home) & mask) >= ((next - at) & mask)) {
      slots_[at] = slots_[next];
      at = next;
    }
    next = (next + 1) & mask;
  }
  slots_[at] = {};
  --used_slots_;
}

void FlowTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  used_slots_ = 0;
  for (const Slot& slot : old) {
    if (slot.ref != 0) place(slot.tag, slot.ref);
  }
}

void FlowTable::advance(std::span<const Segment> batch,
                        std::span<SegmentFacts> facts) {
  assert(batch.size() <= kBatch && facts.size() >= batch.size());
  make_room();           // connections grow between allocations too
  auto& works = works_;  // filled where the segment is TCP
  const std::size_t mask = slots_.size() - 1;
  const bool far = live_ * sizeof(Connection) > kCacheOctets;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    facts[i].reset();
    if (batch[i].transport != Transport::tcp) continue;
    works[i].key = directed_key(batch[i], scopes_.of(batch[i]));
    works[i].tag = tag_of(works[i].key.key);
    prefetch(&slots_[works[i].tag & mask]);
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].transport != Transport::tcp) continue;
    const Slot& slot = slots_[works[i].tag & mask];
    if (!far || slot.ref == 0 || (slot.ref & kHalf) != 0) continue;
    const auto* line = chunks_[(slot.ref - 1) / kChunk]->bytes.data() +
                       (slot.ref - 1) % kChunk * sizeof(Connection);
    for (std::size_t at = 0; at < sizeof(Connection); at += 64) {
      prefetch(line + at);
    }
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Segment& s = batch[i];
    if (s.transport == Transport::tcp) {
      advance_one(s, works[i], facts[i]);
    } else if (s.transport == Transport::icmp ||
               s.transport == Transport::icmp6) {
      quote(s);
    }
  }
}

void FlowTable::advance_one(const Segment& s, const Work& work,
                            SegmentFacts& facts) {
  const std::size_t at = find(work);
  const std::uint32_t ref = slots_[at].ref;
  const bool syn = s.has(kSyn) && !s.has(kAck);
  std::uint32_t index = 0;
  if (ref == 0) {
    const bool bare =
        syn && !s.has(kRst) && !s.has(kFin) && s.payload_length == 0;
    if (bare) {
      open_half(s, work, false, facts);
      return;
    }
    index = open(s, work, false);
    place(work.tag, index + 1);
  } else if (ref & kHalf) {
    advance_half_open(s, work, at, facts);
    return;
  } else {
    index = ref - 1;
    Connection& c = connection(index);
    if (starts_anew(c, s, work.key.sender_is_low)) {
      index = open(s, work, true);
      bind(work, index + 1);
    }
  }
  Connection& c = connection(index);
  facts.connection = index;
  facts.flow_id = c.id;
  engine_->advance(c, c.direction(work.key.sender_is_low), s, facts);
}

bool FlowTable::starts_anew(Connection& c, const Segment& s,
                            bool sender_is_low) {
  if (!s.has(kSyn) && s.time - c.last_time <= limits_.idle_split) return false;
  const Sender& me = c.of(c.direction(sender_is_low));
  if (s.has(kSyn) && !s.has(kRst)) {
    const bool answer = s.has(kAck);
    // A server that has not heard of the close repeats its SYN-ACK.
    const bool known = me.isn == s.tcp.seq.value;
    if (me.saw_syn && known) return c.closed() && !answer;
    // Overtaken by its own ACK on the way into the capture.
    if (!me.seen() && me.snd_una != 0 && known && answer) return c.closed();
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
    facts.flow_id = entry.id;
    facts.dir = Dir::c2s;
    if (engine_->seen_just_now(s, kHalf | half)) {
      facts.segment_class = SegmentClass::capture_duplicate;
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
  Connection& c = connection(index);
  facts.connection = index;
  facts.flow_id = c.id;
  engine_->advance(c, c.direction(work.key.sender_is_low), s, facts);
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
    const std::uint32_t index = open(s, work, reused);
    place(work.tag, index + 1);
    Connection& c = connection(index);
    facts.connection = index;
    facts.flow_id = c.id;
    engine_->advance(c, Dir::c2s, s, facts);
    return;
  }
  ++counters_.connections;
  const auto index = static_cast<std::uint32_t>(half);
  half_open_.at(index).reused = reused;
  place(work.tag, kHalf | (index + 1));
  facts.flow_id = id;
  facts.dir = Dir::c2s;
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
  bind({{c.key, c.client_is_low}, tag}, index + 1);
  SegmentFacts ignored;
  ignored.connection = index;
  engine_->advance(c, Dir::c2s, half_open_.replay(half, false), ignored);
  if (entry.retransmits() > 0) {
    ignored.reset();
    ignored.connection = index;
    engine_->advance(c, Dir::c2s, half_open_.replay(half, true), ignored);
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
  c.first_frame = s.frame;
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
  Work work{directed_key(quoted, scopes_.of(s)), 0};
  work.tag = tag_of(work.key.key);
  const std::uint32_t ref = slots_[find(work)].ref;
  if (ref == 0 || (ref & kHalf) != 0) return;
  Connection& c = connection(ref - 1);
  engine_->icmp_error(c, c.direction(work.key.sender_is_low), s.icmp);
}

}  // namespace netlat
