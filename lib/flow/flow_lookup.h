#pragma once
// From a key to its connection.

#include <cstddef>
#include <new>

#include "netlat/flow/flow_table.h"

namespace netlat {

/// Has the cache get a connection: a packet touches all of it.  Inlined by
/// force: GCC takes it for a function without effect and drops the call.
[[gnu::always_inline]] inline void fetch(const Connection& c) {
  const auto* const line =
      static_cast<const char*>(static_cast<const void*>(&c));
  __builtin_prefetch(line, 1);
  __builtin_prefetch(line + 64, 1);
  __builtin_prefetch(line + 128, 1);
  __builtin_prefetch(line + 192, 1);
  __builtin_prefetch(line + 256, 1);
  __builtin_prefetch(line + 320, 1);
}

inline Connection& FlowTable::connection(std::uint32_t index) const noexcept {
  return *std::launder(
      static_cast<Connection*>(connections_.at(index * sizeof(Connection))));
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
