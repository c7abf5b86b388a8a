#pragma once
// The last rounds of a hop, as columns of a chart.

#include <optional>
#include <vector>

#include "netlat/report/hop_report.h"

namespace netlat {

/// One round at one hop over its lanes.
struct HopRound {
  bool lost = false;         ///< a probe of it was given up
  std::optional<Nanos> rtt;  ///< the longest of those answered in time
};

/// The last `columns` rounds of the path, so that the columns of all hops are
/// of the same time; a round without a settled probe has neither.
std::vector<HopRound> last_rounds(const HopReport& report, const HopRow& row,
                                  std::size_t columns);

}  // namespace netlat
