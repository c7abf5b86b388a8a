#pragma once
// Many small objects of one type, named by 32-bit numbers.
//
// Problem: a million connections each need a few blocks that come and go; a
// malloc for each would cost time on the packet path and 16 octets apiece, and
// an 8-octet pointer to it as much again.  Method: one array that never moves
// (base/reserved_memory.h); given-back blocks form a list through their own
// `next`.  Cost: take and give are constant time; memory is not returned
// before the pool ends.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "netlat/base/reserved_memory.h"

namespace netlat {

/// Requires: T is trivially destructible and has `std::uint32_t next`.
template <class T>
class BlockPool {
 public:
  /// As many as there can be; their address space is reserved.
  static constexpr std::uint32_t kMost = std::uint32_t{1} << 28;

  BlockPool() : memory_(kMost * sizeof(T)) {}

  /// A fresh T{}.  Its number is never 0, which callers use for "none", and
  /// less than kMost.
  std::uint32_t take() {
    std::uint32_t id = free_;
    if (id != 0) {
      free_ = (*this)[id].next;
    } else {
      if (!memory_.grow(octets(fresh_ + 1))) throw std::bad_alloc();
      id = fresh_++;
    }
    new (memory_.at(octets(id))) T{};
    return id;
  }
  /// Requires: `id` was taken and not given back since.
  void give(std::uint32_t id) noexcept {
    (*this)[id].next = free_;
    free_ = id;
  }
  /// Valid until given back.  Requires: `id` is taken.
  T& operator[](std::uint32_t id) noexcept {
    return *std::launder(static_cast<T*>(memory_.at(octets(id))));
  }
  const T& operator[](std::uint32_t id) const noexcept {
    return *std::launder(static_cast<const T*>(memory_.at(octets(id))));
  }
  /// Of all blocks that were ever in use at once.
  std::size_t memory_bytes() const noexcept { return octets(fresh_ - 1); }

 private:
  static_assert(std::is_trivially_destructible_v<T>);

  static constexpr std::size_t octets(std::uint32_t blocks) noexcept {
    return blocks * sizeof(T);
  }

  ReservedMemory memory_;
  std::uint32_t free_ = 0;   // 0: none
  std::uint32_t fresh_ = 1;  // first number never taken
};

}  // namespace netlat
