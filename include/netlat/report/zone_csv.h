#pragma once
// The matrix of zones as CSV (RFC 4180): a line for each pair.

#include <string>

#include "netlat/report/zone_report.h"

namespace netlat {

/// Column names and a line for each pair, most octets first.  Times are in
/// nanoseconds, and an empty cell was not measured.  What is no zone is named
/// as in the text: "unknown", "ambiguous", "REGION ?".
std::string zone_csv(const ZoneReport& report);

}  // namespace netlat
