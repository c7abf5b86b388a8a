#pragma once
// Many small objects of one type, named by 32-bit numbers.
//
// Problem: a million connections each need a few blocks that come and go; a
// malloc for each would cost time on the packet path and 16 octets apiece, and
// an 8-octet pointer to it as much again.  Method: chunks of 1024 blocks that
// never move; given-back blocks form a list through their own `next`.
// Cost: take and give are constant time; a chunk is allocated when all blocks
// are in use, and memory is not returned before the pool ends.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

namespace netlat {

/// Requires: T is trivially destructible and has `std::uint32_t next`.
template <class T>
class BlockPool {
 public:
  /// A fresh T{}.  Its number is never 0, which callers use for "none".
  std::uint32_t take() {
    std::uint32_t id = free_;
    if (id != 0) {
      free_ = (*this)[id].next;
    } else {
      if (fresh_ >> kChunkBits == chunks_.size()) {
        chunks_.push_back(std::make_unique_for_overwrite<T[]>(kChunk));
      }
      id = fresh_++;
    }
    (*this)[id] = T{};
    return id;
  }
  /// Requires: `id` was taken and not given back since.
  void give(std::uint32_t id) noexcept {
    (*this)[id].next = free_;
    free_ = id;
  }
  /// Valid until given back.  Requires: `id` is taken.
  T& operator[](std::uint32_t id) noexcept {
    // By pointer, which is not checked: `id` was taken.
    return chunks_.data()[id >> kChunkBits].get()[id & (kChunk - 1)];
  }
  const T& operator[](std::uint32_t id) const noexcept {
    return chunks_.data()[id >> kChunkBits].get()[id & (kChunk - 1)];
  }
  std::size_t memory_bytes() const noexcept {
    return chunks_.size() * kChunk * sizeof(T) +
           chunks_.capacity() * sizeof chunks_[0];
  }

 private:
  static_assert(std::is_trivially_destructible_v<T>);
  static constexpr unsigned kChunkBits = 10;
  static constexpr std::uint32_t kChunk = 1U << kChunkBits;

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::uint32_t free_ = 0;   // 0: none
  std::uint32_t fresh_ = 1;  // first number never taken
};

}  // namespace netlat
