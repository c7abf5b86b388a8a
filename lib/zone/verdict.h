#pragma once
// What the lines that hold an address say together at one moment.

#include <cstdint>
#include <vector>

#include "lib/zone/zone_index.h"

namespace netlat {

/// `node` is the longest prefix that holds the address.
ZoneResult verdict_at(const ZoneIndex& index, std::uint32_t node,
                      std::int64_t us) noexcept;

/// The lines that verdict rests on.
std::vector<ZoneLineId> lines_heard(const ZoneIndex& index, std::uint32_t node,
                                    std::int64_t us);

}  // namespace netlat
