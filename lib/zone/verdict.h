#pragma once
// What the lines that hold an address say together at one moment.

#include <cstdint>

#include "lib/zone/zone_index.h"

namespace netlat {

/// `node` is the longest prefix that holds the address.
ZoneResult verdict_at(const ZoneIndex& index, std::uint32_t node,
                      std::int64_t us) noexcept;

}  // namespace netlat
