#pragma once
// The `interval` record: TCP to one service in one interval.

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/measure/interval_table.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// What the capture lost within an interval, over all services.
struct IntervalDrops {
  std::uint64_t kernel = 0;
  std::optional<std::uint64_t> interface;  ///< nothing: devices do not count

  bool any() const { return kernel > 0 || interface.value_or(0) > 0; }
};

/// One service's line; `stats` is of `interval`, and `others` says that it is
/// what has no line of its own.  Valid until `json` is used again.
std::string_view interval_line(JsonWriter& json, const Interval& interval,
                               const IntervalStats& stats, bool others,
                               const IntervalDrops& drops);

/// Leaves the `top` services with most packets, in that order, and adds the
/// rest to `interval.others`.
void keep_busiest(Interval& interval, std::size_t top);

}  // namespace netlat
