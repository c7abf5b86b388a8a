#pragma once
// One interval as one line for a person who watches.

#include <cstdint>
#include <string>

#include "netlat/measure/interval_table.h"
#include "netlat/report/interval_json.h"

namespace netlat {

struct IntervalLine {
  std::string interfaces;     ///< their names; untrusted
  std::uint64_t packets = 0;  ///< all of the interval, TCP or not
  std::size_t flows = 0;      ///< TCP connections known at its end
  IntervalDrops drops;
  std::string objectives;  ///< how they fare, blanks before it; may be empty
};

/// The line with its newline: time, packets a second, flows, network RTT and
/// service time in milliseconds as p50/p95/p99 ("-" where there are too few
/// samples for that percentile), losses, drops, and the service whose service
/// time is worst.  Which half of the path the RTT is of is said
/// (measure/shown_half.h).
std::string interval_text(const Interval& interval, const IntervalLine& line);

}  // namespace netlat
