#pragma once
// The `lost` record: records that were made and could not be handed over.

#include <cstdint>
#include <string_view>

#include "netlat/report/json_writer.h"

namespace netlat {

struct LostRecord {
  std::string_view where;     ///< which way out: our own words
  std::uint64_t records = 0;  ///< that should have stood here
};

/// The line, stamped with the time of this machine; valid until `json` is used
/// again.
std::string_view lost_line(JsonWriter& json, const LostRecord& lost);

}  // namespace netlat
