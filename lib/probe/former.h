#pragma once
// What belongs to a route that is no longer.

#include "netlat/probe/path_report.h"

namespace netlat {

/// Whether the lane's route has left the series behind.  A hop before the
/// first that changed stays current through epochs.
bool is_former(const PathReport& report, const HopSeries& series);

}  // namespace netlat
