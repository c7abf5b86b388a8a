#pragma once
// A connection in few octets, for the many that no screen has room for.
//
// Problem: of 50,000 connections a screen shows fifty, and a FlowRow has room
// for every cause of repeats and six distributions, most of which are empty.
// Method: its fields in a fixed order, numbers with seven bits an octet.
// Bias: none; what is unpacked equals what was packed.
// Cost: about 200 octets; packing and unpacking take a fifth of a microsecond.

#include <cstddef>

#include "netlat/term/packed_octets.h"
#include "netlat/term/records.h"

namespace netlat {

class PackedFlow {
 public:
  PackedFlow() = default;
  explicit PackedFlow(const FlowRow& flow);

  FlowRow unpack() const;
  /// On the heap.
  std::size_t memory_bytes() const noexcept { return octets_.memory_bytes(); }

 private:
  PackedOctets octets_;
};

}  // namespace netlat
