#pragma once
// One line of an AWS flow log as a record.

#include <optional>
#include <string_view>

#include "lib/flowlog/layout.h"
#include "netlat/flowlog/log_reader.h"

namespace netlat {

struct LineRefusal {
  LineFault fault;
  std::size_t column = 0;  ///< from 1, of the field at fault; 0: the line
  std::string_view value;  ///< valid while the line is
  std::size_t fields = 0;  ///< how many the line has
};

/// Sets `record`, whose views are into `text`, or says why not.  `counts` gets
/// mapped addresses and absent values only.
std::optional<LineRefusal> read_aws_line(std::string_view text,
                                         const Layout& layout,
                                         LogRecord& record, LineCounts& counts);

}  // namespace netlat
