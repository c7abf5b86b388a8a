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
  std::optional<std::uint64_t> kernel = 0;  ///< nothing: a file, which has
                                            ///< no such count by interval
  std::optional<std::uint64_t> interface;   ///< nothing: devices do not count
  /// Drops that were counted with another interval reach into this one.
  bool tainted = false;

  bool any() const {
    return kernel.value_or(0) > 0 || interface.value_or(0) > 0;
  }
};

/// One row's line; `stats` is a row of `interval`, or its others.  `zones` is
/// null without a map.  Valid until `json` is used again.
std::string_view interval_line(JsonWriter& json, const Interval& interval,
                               const IntervalStats& stats,
                               const ZoneLabeler* zones,
                               const IntervalDrops& drops);

/// Leaves the rows of the `top` services with most packets, in that order.
/// Those of the others are added up by pair of zones; where no zone is known,
/// into `interval.others`.
void keep_busiest(Interval& interval, std::size_t top);

}  // namespace netlat
