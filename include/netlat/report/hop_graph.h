#pragma once
// The ways to a target, in the shapes they are printed in.

#include <string>
#include <string_view>

#include "netlat/probe/path_graph.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/text_table.h"

namespace netlat {

struct GraphReport {
  ProbePlan plan;
  PathGraph graph;
  std::uint64_t sent = 0;        ///< probes
  bool complete = false;         ///< the stopping rule holds for every vertex
  Nanos started{0}, elapsed{0};  ///< wall clock; duration
};

/// A table of hops and what follows each, then sentences.
std::string graph_text(const GraphReport& report, const TextStyle& style);

/// The `graph` record, a whole line.  Valid until the writer's next line.
std::string_view graph_line(JsonWriter& json, const GraphReport& report);

}  // namespace netlat
