#pragma once
// The bytes of one direction that were sent and not yet acknowledged.
//
// A ring of ranges in sequence order.  Appending and dropping at the front,
// the common operations, are O(1); splitting a range in the middle moves those
// behind it.  Storage comes from a pool in powers of two, so a connection at
// rest holds none.  At kMost ranges neighbours are joined in pairs and marked
// coalesced: fewer samples from there on, but none of them wrong.

#include <cstddef>
#include <cstdint>
#include <new>

#include "netlat/base/reserved_memory.h"
#include "netlat/base/time.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// One stretch [begin, end) of extended sequence numbers, sent as a unit.  It
/// fills one cache line and touches no other.
struct alignas(64) SentRange {
  std::int64_t begin = 0, end = 0;
  Stamp first_sent, last_sent;  ///< capture times of first and latest copy
  std::uint64_t frame = 0;      ///< of the first copy
  std::uint32_t tsval_first = 0, tsval_last = 0;
  std::uint32_t frame_back = 0;  ///< frames from the first to the latest copy
  std::uint16_t transmissions = 1;
  bool timestamps : 1 = false;  ///< tsval_* are valid
  bool sacked : 1 = false;
  bool coalesced : 1 = false;   ///< several ranges joined: exact end only
  bool handshake : 1 = false;   ///< a SYN or SYN-ACK
  std::uint8_t filler : 4 = 0;  ///< makes the bits above one store

  /// The first transmission of [from, to) in `s`.  Writes every field, so that
  /// uninitialised memory will do.
  void start(std::int64_t from, std::int64_t to, const Segment& s) noexcept {
    begin = from;
    end = to;
    first_sent = last_sent = s.time;
    frame = s.frame;
    tsval_first = tsval_last = s.tcp.tsval;
    frame_back = 0;
    transmissions = 1;
    timestamps = s.tcp.has_timestamps;
    sacked = coalesced = handshake = false;
    filler = 0;
  }
};

/// Blocks of 2^k ranges with a free list a size.  Fresh ones come from the end
/// of one array, so that no size takes memory that another could use.
class RangePool {
 public:
  /// Holds at most `budget` octets.
  explicit RangePool(std::size_t budget) : budget_(budget), memory_(budget) {}
  RangePool(const RangePool&) = delete;
  RangePool& operator=(const RangePool&) = delete;

  static constexpr unsigned kClasses = 13;
  /// 2^k uninitialised ranges; nullptr when the budget is spent.
  SentRange* allocate(unsigned k) {
    if (free_[k] == nullptr && !extend(k) && !split(k)) [[unlikely]]
      return nullptr;
    Free* const block = free_[k];
    free_[k] = block->next;
    return static_cast<SentRange*>(static_cast<void*>(block));
  }
  void release(SentRange* block, unsigned k) noexcept {
    free_[k] = new (block) Free{free_[k]};
  }
  std::size_t memory_bytes() const noexcept { return bytes_; }

 private:
  struct Free {
    Free* next;
  };
  bool extend(unsigned k) noexcept;
  bool split(unsigned k) noexcept;
  std::size_t budget_;
  std::size_t bytes_ = 0;
  Free* free_[kClasses] = {};
  ReservedMemory memory_;
};

class RangeQueue {
 public:
  static constexpr std::size_t kMost = 4096;

  bool empty() const noexcept { return count_ == 0; }
  std::size_t size() const noexcept { return count_; }
  SentRange& operator[](std::size_t i) noexcept {
    return data_[(head_ + i) & mask_];
  }
  const SentRange& operator[](std::size_t i) const noexcept {
    return data_[(head_ + i) & mask_];
  }
  SentRange& front() noexcept { return data_[head_]; }
  SentRange& back() noexcept { return (*this)[count_ - 1u]; }

  void pop_front(RangePool& pool) noexcept {
    if (count_ == 1) {
      clear(pool);
      return;
    }
    head_ = static_cast<std::uint16_t>((head_ + 1u) & mask_);
    --count_;
  }
  /// An uninitialised range at the end; nullptr when memory is exhausted.
  SentRange* append(RangePool& pool) {
    if (data_ == nullptr) {
      data_ = pool.allocate(kFirst);
      if (data_ == nullptr) [[unlikely]]
        return nullptr;
      count_ = 1;
      return data_;
    }
    if (count_ > mask_) [[unlikely]]
      make_room(pool);
    return &(*this)[count_++];
  }
  /// Puts one more range at i (0..size); false, and unchanged, if full.
  bool insert(RangePool& pool, std::size_t i, const SentRange& range);
  void clear(RangePool& pool) noexcept {
    if (data_ != nullptr) pool.release(data_, log2_);
    *this = RangeQueue{};
  }

 private:
  static constexpr std::uint16_t kFirst = 1;  // log2 of the first block

  /// Moves to a block twice the size; false if there is none.
  bool grow(RangePool& pool);
  /// The same, or joins ranges where there is none.
  void make_room(RangePool& pool) {
    if (!grow(pool)) coalesce();
  }
  void coalesce() noexcept;

  SentRange* data_ = nullptr;  // owned block of the pool, 2^log2_ ranges
  std::uint16_t head_ = 0, count_ = 0;
  std::uint16_t mask_ = (1u << kFirst) - 1;
  std::uint16_t log2_ = kFirst;
};

}  // namespace netlat
