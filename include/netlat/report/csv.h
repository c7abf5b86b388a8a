#pragma once
// The flow table as CSV (RFC 4180), for spreadsheets and data frames.

#include <string>
#include <string_view>

#include "netlat/measure/flow_record.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

/// Column names, comma separated, with the line end.  The columns are the same
/// for every flow and every capture; new ones are only added at the end.
std::string csv_header();

/// Appends one line to `out`.  An empty cell was not measured.
void csv_line(const FlowRecord& flow, const ZoneNames& zones, std::string& out);

/// One cell: quoted where RFC 4180 asks for it.  Text that a spreadsheet could
/// take for a formula (= + - @, tab, carriage return or line feed first) gets
/// an apostrophe before it.
std::string csv_cell(std::string_view text);

}  // namespace netlat
