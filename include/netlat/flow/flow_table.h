#pragma once
// All TCP connections of a capture: finds the one a segment belongs to, makes
// and ends them, and keeps within a memory limit.
//
// Open addressing with linear probing over 8-octet slots, a keyed hash (so
// that nobody can choose colliding addresses), connections in an array that
// never moves.  A batch is looked up in three sweeps, hash, slot, connection,
// each fetching what the next will touch, because a table of a million
// connections lives in memory, not in cache.
//
// Memory: a full connection takes about 0.4 kB, an unanswered SYN 72 octets,
// plus 16 octets of slots each.  At the limit a clock hand gives up a
// connection not used since its last round; half-open entries have a quarter
// of the limit to themselves and can never push out a connection.  Outstanding
// data may take a quarter too; beyond that ranges are joined, and RTT samples
// become fewer.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "netlat/base/keyed_hash.h"
#include "netlat/base/packet_view.h"
#include "netlat/base/reserved_memory.h"
#include "netlat/flow/connection.h"
#include "netlat/flow/flow_counters.h"
#include "netlat/flow/half_open.h"
#include "netlat/flow/scope_table.h"
#include "netlat/flow/segment_facts.h"

namespace netlat {

class TcpEngine;

struct FlowLimits {
  std::size_t memory = 64u << 20;  ///< octets, half-open and full together
  std::size_t memory_ceiling = 64u << 20;  ///< may be raised by itself to this
  Nanos idle_split = std::chrono::minutes(5);  ///< a silence ends a connection
                                               ///< without a close
  bool ignore_tunnels = false;                 ///< see ScopeTable
};

/// Told of each connection when it leaves the table: evicted, superseded, or
/// at the end.  `index` is the one its facts carried.
class FlowListener {
 public:
  virtual ~FlowListener() = default;
  /// finished() will soon be called for `index`: time to fetch what that needs
  /// from memory.  Called kExpectations times, `rank` 0 first, a few
  /// connections apart, so that what one call fetches the next can follow.
  static constexpr unsigned kExpectations = 5;
  virtual void expect(std::uint32_t /*index*/, unsigned /*rank*/) {}
  virtual void finished(const Connection& connection, std::uint32_t index) = 0;
  virtual void unanswered(const HalfOpen& attempt, const SynRetry* retry) = 0;
  /// FlowTable::expire() came by, and the connection goes on.
  virtual void continues(const Connection& /*connection*/,
                         std::uint32_t /*index*/) {}
};

class FlowTable {
 public:
  /// `listener` must outlive the table.
  FlowTable(const FlowLimits& limits, FlowListener& listener);
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  /// Advances the connection of each TCP segment and writes its facts beside
  /// it; other segments get facts without a connection.  ICMP errors touch
  /// the connection they quote.  Requires: facts.size() >= batch.size() and
  /// batch.size() <= kBatch.
  void advance(std::span<const Segment> batch, std::span<SegmentFacts> facts);

  /// Reports everything still in the table, in order of first packet, and
  /// empties it.
  void finish();

  /// Reports what is over at `now`, looking at no more than `most`
  /// connections and as many attempts and going on there next time: the
  /// closed after a while, the idle, SYNs whose retry would have come.  A
  /// capture that never ends would otherwise report them at its end.
  void expire(Stamp now, std::size_t most);

  /// Requires: facts carried `index`, and it has not been reported since.
  const Connection& at(std::uint32_t index) const noexcept;

  /// The shortest round trip of that half, if one is known, is longer by so
  /// much from now on, provided that this is a quarter of it at least
  /// (path_watch.h).  `index` as for at(); `half` as in RttSample.
  void path_grew(std::uint32_t index, Dir half, Nanos by) noexcept;

  const FlowCounters& counters() const noexcept { return counters_; }
  const ScopeTable& scopes() const noexcept { return scopes_; }
  std::size_t size() const noexcept { return live_; }
  std::size_t memory_bytes() const noexcept;
  /// The limit now, after raising.
  std::size_t memory_limit() const noexcept { return limits_.memory; }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // hash; its low bits are the home position
    std::uint32_t ref = 0;  // 0: free; else index + 1, kHalf for half-open
  };
  struct Work {
    DirectedKey key;
    std::uint32_t tag = 0;
  };
  static constexpr std::uint32_t kHalf = 0x8000'0000;
  static constexpr std::size_t kSlotCost = 24;  // 8 octets, load 1/4 to 1/2

  void fetch_ahead(std::size_t n) const noexcept;
  Connection& connection(std::uint32_t index) const noexcept;
  bool matches_half(const Slot& slot, const FlowKey& key) const noexcept;
  void look_at(const Segment& s, Work& work);
  struct Found;
  Found find(const Work& work) const noexcept;
  void place(std::uint32_t tag, std::uint32_t ref);
  void bind(const Work& work, std::uint32_t ref);
  void erase(std::size_t at);
  void grow();
  std::uint32_t tag_of(const FlowKey& key) const noexcept;

  void advance_one(const Segment& s, const Work& work, SegmentFacts& facts);
  void advance_known(Connection& c, std::uint32_t index, const Segment& s,
                     const Work& work, SegmentFacts& facts);
  void advance_first(const Segment& s, const Work& work, SegmentFacts& facts);
  void advance_half_open(const Segment& s, const Work& work, std::size_t at,
                         SegmentFacts& facts);
  std::uint32_t open(const Segment& s, const Work& work, bool reused);
  void open_full(const Segment& s, const Work& work, bool reused,
                 SegmentFacts& facts);
  void open_half(const Segment& s, const Work& work, bool reused,
                 SegmentFacts& facts);
  std::uint32_t promote(std::uint32_t half, std::size_t at);
  bool may_start_anew(const Connection& c, const Segment& s) const noexcept;
  bool starts_anew(Connection& c, const Segment& s, const Work& work);
  void quote(const Segment& s);

  std::uint32_t allocate();
  bool over_limit() const noexcept;
  void make_room();
  void evict_connection();
  void evict_half_open();
  void release(std::uint32_t index);
  bool over(const Connection& c, Stamp now) const noexcept;
  void end_connection(std::uint32_t index);
  void end_half_open(std::uint32_t half);

  FlowLimits limits_;
  FlowListener& listener_;
  FlowCounters counters_;
  KeyedHash hash_;
  ScopeTable scopes_;
  std::unique_ptr<TcpEngine> engine_;
  HalfOpenTable half_open_;
  std::array<Work, kBatch> works_;  // of the batch at hand
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;  // of a position in slots_, a power of two
  std::size_t used_slots_ = 0;
  ReservedMemory connections_;  // an array of them
  std::vector<std::uint32_t> free_;
  std::uint32_t next_ = 0;  // first index never used
  std::uint32_t hand_ = 0;
  std::uint32_t expired_to_ = 0, half_expired_to_ = 0;
  std::size_t live_ = 0;
  std::vector<bool> in_use_;
};

}  // namespace netlat
