#pragma once
// An array that grows without moving and without being paid for in advance.
//
// Problem: a table of records that others point to must not move when it
// grows, a list of blocks costs an indirection on every access, and a million
// records in pages of 4 KiB miss the translation cache more than the data
// cache.  Method: address space for the largest size allowed is reserved at
// once, which costs nothing, and made usable in steps of a huge page, which
// the system is asked to use: clearing one costs a third of the faults that its
// small pages would.  The beginning, all that many uses ever need, comes in
// small pages.  Bias: beyond kSmall memory is taken 2 MiB at a time.

#include <cstddef>

namespace netlat {

class ReservedMemory {
 public:
  /// Octets at the beginning that come in small pages.
  static constexpr std::size_t kSmall = std::size_t{128} << 10;

  /// Reserves `octets`, or where the system grants less, what it grants.
  explicit ReservedMemory(std::size_t octets) noexcept;
  ReservedMemory(const ReservedMemory&) = delete;
  ReservedMemory& operator=(const ReservedMemory&) = delete;
  ~ReservedMemory();

  /// Makes the first `octets` usable, zeroed where they are new; false when
  /// the reservation or the system's memory is at its end.
  bool grow(std::size_t octets) noexcept {
    return octets <= usable_ || grow_slowly(octets);
  }
  /// Of the first octet, aligned to a cache line.
  void* data() const noexcept { return data_; }
  void* at(std::size_t offset) const noexcept { return data_ + offset; }

 private:
  bool grow_slowly(std::size_t octets) noexcept;

  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  unsigned char* data_ = nullptr;  // kSmall before a huge page
  std::size_t reserved_ = 0, usable_ = 0;
};

}  // namespace netlat
