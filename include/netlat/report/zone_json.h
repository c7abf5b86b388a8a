#pragma once
// What a zone matrix becomes in records: an `interval` for each pair of zones,
// over the whole capture, and one `zones` with the totals.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/measure/zone_matrix.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// What the capture lost; nullopt: it does not say.
struct ZoneDrops {
  std::optional<std::uint64_t> kernel, interface;
};

/// Which map it was, as given; untrusted.
struct ZoneMapNames {
  std::vector<std::string> maps, scopes;
};

/// One pair's line; a null `key` stands for what has no line of its own.
/// Valid until `json` is used again.
std::string_view zone_pair_line(JsonWriter& json, const ZoneMatrix& matrix,
                                const ZonePairKey* key,
                                const ZonePairStats& stats,
                                const ZoneDrops& drops);

/// The totals.  Valid until `json` is used again.
std::string_view zones_line(JsonWriter& json, const ZoneMatrix& matrix,
                            const ZoneMapNames& names);

}  // namespace netlat
