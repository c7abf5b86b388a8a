#pragma once
// The `recording` record: what became of a file of the flight recorder.

#include <string_view>

#include "netlat/report/json_writer.h"

namespace netlat {

struct RecordingRecord {
  std::string_view file;     ///< that is whole now; empty: none is
  std::string_view problem;  ///< why none is; empty: one is
};

/// The line, stamped with the time of this machine; valid until `json` is used
/// again.
std::string_view recording_line(JsonWriter& json,
                                const RecordingRecord& recording);

}  // namespace netlat
