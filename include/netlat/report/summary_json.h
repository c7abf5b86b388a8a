#pragma once
// The closing records: `problem` for each thing that went wrong, `summary` as
// the last line.

#include <cstdint>
#include <optional>

#include "netlat/base/result.h"
#include "netlat/base/time.h"
#include "netlat/report/json_writer.h"

namespace netlat {

struct SummaryRecord {
  std::uint64_t packets = 0, flows = 0;
  std::optional<std::uint64_t> findings;  ///< nullopt: none were looked for
  Nanos elapsed{0};                       ///< time the run took
  int exit = 0;
};

/// The line, valid until `json` is used again.
std::string_view summary_line(JsonWriter& json, const SummaryRecord& summary);
/// The line, valid until `json` is used again.
std::string_view problem_line(JsonWriter& json, const Error& problem);

}  // namespace netlat
