#include "netlat/report/recording_json.h"

#include <chrono>

#include "lib/report/json_values.h"

namespace netlat {

std::string_view recording_line(JsonWriter& json,
                                const RecordingRecord& recording) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  json.begin("recording");
  json.field("time_us", now.count());
  put_text(json, "file", recording.file);
  put_text(json, "problem", recording.problem);
  return json.finish();
}

}  // namespace netlat
