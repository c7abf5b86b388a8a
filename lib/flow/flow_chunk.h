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

}  // namespace netlat
