#pragma once
// The `alert` record: an objective was broken, or is kept again.

#include <string_view>

#include "netlat/measure/objective_watch.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// The line, valid until `json` is used again.  `at` is the end of the interval
/// that changed the verdict.
std::string_view alert_line(JsonWriter& json, const ObjectiveWatch& watch,
                            Stamp at);

}  // namespace netlat
