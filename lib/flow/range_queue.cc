#include "netlat/flow/range_queue.h"

#include <algorithm>
#include <new>

namespace netlat {

namespace {
// Large enough that carving is rare, small enough that a short capture does
// not pay for it.
constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr std::align_val_t kLine{64};
constexpr std::size_t kChunkHeader = 64;
}  // namespace

RangePool::~RangePool() {
  while (chunks_ != nullptr) {
    Chunk* const next = chunks_->next;
    ::operator delete(chunks_, kLine);
    chunks_ = next;
  }
}

bool RangePool::carve(unsigned k) {
  const std::size_t block = sizeof(SentRange) << k;
  const std::size_t blocks = std::max<std::size_t>(1, kChunkBytes / block);
  const std::size_t bytes = kChunkHeader + blocks * block;
  void* const memory = ::operator new(bytes, kLine, std::nothrow);
  if (memory == nullptr) return false;
  chunks_ = new (memory) Chunk{chunks_};
  bytes_ += bytes;
  auto* at = static_cast<std::uint8_t*>(memory) + kChunkHeader;
  for (std::size_t i = 0; i < blocks; ++i, at += block) {
    free_[k] = new (at) Free{free_[k]};
  }
  return true;
}

SentRange* RangePool::allocate(unsigned k) {
  if (free_[k] == nullptr && !carve(k)) return nullptr;
  Free* const block = free_[k];
  free_[k] = block->next;
  return static_cast<SentRange*>(static_cast<void*>(block));
}

void RangePool::release(SentRange* block, unsigned k) noexcept {
  free_[k] = new (block) Free{free_[k]};
}

void RangeQueue::clear(RangePool& pool) noexcept {
  if (data_ != nullptr) pool.release(data_, log2_);
  *this = RangeQueue{};
}

bool RangeQueue::reserve_one(RangePool& pool) {
  constexpr std::uint8_t kFirst = 1;
  if (data_ == nullptr) {
    data_ = pool.allocate(kFirst);
    log2_ = kFirst;
    return data_ != nullptr;
  }
  if (count_ <= mask()) return true;
  if (count_ >= kMost) {
    coalesce();
    return true;
  }
  const auto wider = static_cast<std::uint8_t>(log2_ + 1);
  SentRange* const grown = pool.allocate(wider);
  if (grown == nullptr) {
    coalesce();
    return true;
  }
  for (std::size_t i = 0; i < count_; ++i) grown[i] = (*this)[i];
  pool.release(data_, log2_);
  data_ = grown;
  head_ = 0;
  log2_ = wider;
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
    head_ = static_cast<std::uint16_t>((head_ + 1u) & mask());
    --kept;
  }
  count_ = static_cast<std::uint16_t>(kept);
}

void RangeQueue::push_back(RangePool& pool, const SentRange& range) {
  if (!reserve_one(pool)) return;
  data_[(head_ + count_) & mask()] = range;
  ++count_;
}

void RangeQueue::insert(RangePool& pool, std::size_t i,
                        const SentRange& range) {
  if (count_ >= kMost || !reserve_one(pool)) return;
  ++count_;
  for (std::size_t at = count_ - 1u; at > i; --at) {
    (*this)[at] = (*this)[at - 1];
  }
  (*this)[i] = range;
}

}  // namespace netlat
