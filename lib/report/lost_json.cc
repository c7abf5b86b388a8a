#include "netlat/report/lost_json.h"

#include <chrono>

namespace netlat {

std::string_view lost_line(JsonWriter& json, const LostRecord& lost) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  json.begin("lost");
  json.field("time_us", now.count());
  json.plain("where", lost.where);
  json.field("records", lost.records);
  return json.finish();
}

}  // namespace netlat
