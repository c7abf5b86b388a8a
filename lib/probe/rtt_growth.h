#pragma once
// Where on the path the milliseconds are.

#include <vector>

#include "netlat/probe/hop_row.h"

namespace netlat {

/// Sets `growth` of every row of the present route that answers, and
/// `adds_most` of the one that adds most, if it adds more than its
/// uncertainty.  Requires: `rows` are sorted by TTL.
void add_growth(const PathReport& report, std::vector<HopRow>& rows);

}  // namespace netlat
