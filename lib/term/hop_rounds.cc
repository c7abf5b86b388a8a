#include "lib/term/hop_rounds.h"

#include <algorithm>

namespace netlat {

namespace {

bool of_row(const HopReport& report, const HopSeries& s, const HopRow& row) {
  return s.ttl == row.ttl && s.address == row.address &&
         is_former(report.path, s) == row.former &&
         (!row.former || s.epoch == row.epoch) &&
         std::find(row.lanes.begin(), row.lanes.end(), s.lane) !=
             row.lanes.end();
}

}  // namespace

std::vector<HopRound> last_rounds(const HopReport& report, const HopRow& row,
                                  std::size_t columns) {
  std::uint32_t end = 0;
  for (const HopSeries& s : report.path.series) {
    for (const ProbeOutcome& o : s.outcomes) end = std::max(end, o.round + 1);
  }
  const auto width = static_cast<std::uint32_t>(columns);
  const std::uint32_t begin = end > width ? end - width : 0;
  std::vector<HopRound> rounds(end - begin);
  for (const HopSeries& s : report.path.series) {
    if (!of_row(report, s, row)) continue;
    for (const ProbeOutcome& o : s.outcomes) {
      if (o.round < begin) continue;
      HopRound& r = rounds[o.round - begin];
      if (!o.answered) {
        r.lost = true;
      } else {
        r.rtt = std::max(r.rtt.value_or(o.rtt), o.rtt);
      }
    }
  }
  return rounds;
}

}  // namespace netlat
