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
  return *chunks_.data()[index / kChunk]->at(index % kChunk);
}

/// Where a key is, or the free slot (ref 0) where it would be.
struct FlowTable::Found {
  std::size_t at;
  std::uint32_t ref;
  Connection* connection;  // valid if ref is neither 0 nor half-open
};

inline FlowTable::Found FlowTable::find(const Work& work) const noexcept {
  const Slot* const slots = slots_.data();
  for (std::size_t at = work.tag & mask_;; at = (at + 1) & mask_) {
    const Slot& slot = slots[at];
    if (slot.ref == 0) return {at, 0, nullptr};
    if (slot.tag != work.tag) continue;
    if ((slot.ref & kHalf) != 0) [[unlikely]] {
      if (matches_half(slot, work.key.key)) return {at, slot.ref, nullptr};
      continue;
    }
    Connection& c = connection(slot.ref - 1);
    if (c.key == work.key.key) [[likely]]
      return {at, slot.ref, &c};
  }
}

}  // namespace netlat
