#pragma once
// Many small objects of one type, named by 32-bit numbers.
//
// Problem: a million connections each need a few blocks that come and go; a
// malloc for each would cost time on the packet path and 16 octets apiece, and
// an 8-octet pointer to it as much again.  Method: chunks of 1024 blocks that
// never move; given-back blocks form a list through their own `next`.
// Cost: take and give are constant time; a chunk is allocated when all blocks
// are in use, and memory is not returned before the pool ends.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace netlat {

/// Requires: T is trivially destructible and has `std::uint32_t next`.
template <class T>
class BlockPool {
 public:
  /// A fresh T{}.  Its number is never 0, which callers use for "none".
  std::uint32_t take() {
    if (free_ == 0) grow();
    const std::uint32_t id = free_;
    T& block = (*this)[id];
    free_ = block.next;
    block = T{};
    return id;
  }
  /// Requires: `id` was taken and not given back since.
  void give(std::uint32_t id) noexcept {
    (*this)[id].next = free_;
    free_ = id;
  }
  /// Valid until given back.  Requires: `id` is taken.
  T& operator[](std::uint32_t id) noexcept {
    return (*chunks_[id >> kChunkBits])[id & (kChunk - 1)];
  }
  const T& operator[](std::uint32_t id) const noexcept {
    return (*chunks_[id >> kChunkBits])[id & (kChunk - 1)];
  }
  std::size_t memory_bytes() const noexcept {
    return chunks_.size() * sizeof(Chunk) +
           chunks_.capacity() * sizeof chunks_[0];
  }

 private:
  static constexpr unsigned kChunkBits = 10;
  static constexpr std::uint32_t kChunk = 1U << kChunkBits;
  using Chunk = std::array<T, kChunk>;

  void grow() {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
    chunks_.push_back(std::make_unique<Chunk>());
    // Backwards, so that blocks are handed out in ascending order.
    for (std::uint32_t id = first + kChunk - 1; id > first; --id) give(id);
    if (first != 0) give(first);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t free_ = 0;
};

}  // namespace netlat
