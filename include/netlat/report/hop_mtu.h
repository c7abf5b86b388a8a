#pragma once
// The MTU of a path, in the shapes it is printed in.

#include <string>
#include <string_view>

#include "netlat/probe/path_mtu.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/text_table.h"

namespace netlat {

struct MtuReport {
  ProbePlan plan;
  PathMtu found;
  std::uint64_t sent = 0;        ///< probes
  Nanos started{0}, elapsed{0};  ///< wall clock; duration
};

std::string mtu_text(const MtuReport& report, const TextStyle& style);

/// The `path_mtu` record, a whole line.  Valid until the writer's next line.
std::string_view mtu_line(JsonWriter& json, const MtuReport& report);

}  // namespace netlat
