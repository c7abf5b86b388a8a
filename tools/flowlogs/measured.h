#pragma once
// The connections of captures, measured by netlat analyze.

#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/flowlog/flow_join.h"

namespace netlat {

/// Reads each path into `join`: flow records as they are, anything else
/// through the netlat-analyze that stands beside this program, which says by
/// itself what is wrong with a capture.  The exit status so far: 0, or that
/// of an analysis that did not get to the end.
Result<int> read_measured(FlowJoin& join,
                          const std::vector<std::string>& paths);

}  // namespace netlat
