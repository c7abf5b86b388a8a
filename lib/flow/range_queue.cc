#include "netlat/flow/range_queue.h"

#include <algorithm>
#include <new>

namespace netlat {

bool RangePool::extend(unsigned k) noexcept {
  const std::size_t block = sizeof(SentRange) << k;
  if (budget_ - bytes_ < block || !memory_.grow(bytes_ + block)) return false;
  free_[k] = new (memory_.at(bytes_)) Free{free_[k]};
  bytes_ += block;
  return true;
}

bool RangePool::split(unsigned k) noexcept {
  unsigned from = k + 1;
  while (from < kClasses && free_[from] == nullptr) ++from;
  if (from >= kClasses) return false;
  Free* const block = free_[from];
  free_[from] = block->next;
  auto* const at = static_cast<std::uint8_t*>(static_cast<void*>(block));
  while (from > k) {
    --from;
    free_[from] = new (at + (sizeof(SentRange) << from)) Free{free_[from]};
  }
  free_[k] = new (at) Free{free_[k]};
  return true;
}

bool RangeQueue::grow(RangePool& pool) {
  const auto wider = static_cast<std::uint16_t>(log2_ + 1);
  SentRange* const grown = count_ < kMost ? pool.allocate(wider) : nullptr;
  if (grown == nullptr) return false;
  for (std::size_t i = 0; i < count_; ++i) grown[i] = (*this)[i];
  pool.release(data_, log2_);
  data_ = grown;
  head_ = 0;
  log2_ = wider;
  mask_ = static_cast<std::uint16_t>((1u << wider) - 1);
  return true;
}

void RangeQueue::coalesce() noexcept {
  // A pair keeps the later times: an ACK of its end is still a right sample.
  // Pairs that are not neighbours, or differ in SACK state, stay apart.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const SentRange range = (*this)[i];
    if (i + 1 < count_) {
      SentRange joined = (*this)[i + 1];
      if (range.end == joined.begin && range.sacked == joined.sacked) {
        joined.begin = range.begin;
        joined.transmissions =
            std::max(range.transmissions, joined.transmissions);
        joined.coalesced = true;
        (*this)[kept++] = joined;
        ++i;
        continue;
      }
    }
    (*this)[kept++] = range;
  }
  // Nothing could be joined: the oldest range gives way.
  if (kept == count_) {
    head_ = static_cast<std::uint16_t>((head_ + 1u) & mask_);
    --kept;
  }
  count_ = static_cast<std::uint16_t>(kept);
}

bool RangeQueue::insert(RangePool& pool, std::size_t i,
                        const SentRange& range) {
  // Joining ranges to make room would move the place.
  if (data_ != nullptr && count_ > mask_ && !grow(pool)) return false;
  if (append(pool) == nullptr) return false;
  for (std::size_t at = count_ - 1u; at > i; --at) {
    (*this)[at] = (*this)[at - 1];
  }
  (*this)[i] = range;
  return true;
}

}  // namespace netlat
