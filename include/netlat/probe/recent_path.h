#pragma once
// A path as it was lately.
//
// Problem: a share over days hides the minute in which a link fails.  Method:
// the counts and round trips of each hop are made anew from the outcomes of
// its last probes that were sent after some moment, and judged like any other
// path.  Bias: of a hop probed more often than a thousand times in that span,
// only the last 512 to 1024 count.  Late answers are in neither.

#include "netlat/probe/path_report.h"

namespace netlat {

/// `report` of probes sent from `since` (steady clock) on; hops that nothing
/// was sent to since are left out.
PathReport recent_path(PathReport report, Nanos since);

}  // namespace netlat
