#pragma once
// Where connections live: chunks that never move, so an index is an address.

#include <array>
#include <cstddef>
#include <new>

#include "netlat/flow/flow_table.h"

namespace netlat {

struct FlowTable::Chunk {
  // Raw: a chunk's connections come to life one by one.
  alignas(64) std::array<std::uint8_t, sizeof(Connection) * kChunk> bytes;

  void* raw(std::size_t i) { return bytes.data() + i * sizeof(Connection); }
  Connection* at(std::size_t i) {
    return std::launder(static_cast<Connection*>(raw(i)));
  }
};

inline Connection& FlowTable::connection(std::uint32_t index) const noexcept {
  return *chunks_[index / kChunk]->at(index % kChunk);
}

inline std::size_t FlowTable::find(const Work& work) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  const Slot* const slots = slots_.data();
  for (std::size_t at = work.tag & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots[at];
    if (slot.ref == 0) return at;
    if (slot.tag != work.tag) continue;
    const bool same = (slot.ref & kHalf) != 0
                          ? matches_half(slot, work.key.key)
                          : connection(slot.ref - 1).key == work.key.key;
    if (same) return at;
  }
}

}  // namespace netlat
