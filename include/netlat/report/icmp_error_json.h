#pragma once
// The `icmp_error` record: ICMP errors of one kind from one sender.

#include <string_view>

#include "netlat/report/analysis_report.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// The line, valid until `json` is used again.
std::string_view icmp_error_line(JsonWriter& json, const IcmpErrorRow& row);

}  // namespace netlat
