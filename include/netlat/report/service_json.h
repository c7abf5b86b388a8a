#pragma once
// The `service` record: all connections to one server address and port, with
// distributions that could not be worked out from those of the connections.

#include <string_view>

#include "netlat/report/analysis_report.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// The line, valid until `json` is used again.
std::string_view service_line(JsonWriter& json, const ServiceRow& service);

}  // namespace netlat
