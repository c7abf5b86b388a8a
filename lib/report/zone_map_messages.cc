#include "netlat/report/zone_map_messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "netlat/report/messages.h"
#include "netlat/report/number_text.h"

namespace netlat {

void complain_of_zone_map(std::string_view tool, const ZoneMapReading& reading,
                          bool quiet) {
  constexpr std::size_t kMost = 3;
  complain_all(tool, reading.problems);
  if (quiet) return;
  const std::size_t shown = std::min(reading.warnings.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) complain(tool, reading.warnings[i]);
  if (reading.warning_count > shown) {
    complain(tool,
             fmt::format("and {} more warnings (netlat zones lint lists them)",
                         count_text(reading.warning_count - shown)));
  }
}

}  // namespace netlat
