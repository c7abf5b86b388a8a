#include "lib/probe/former.h"

namespace netlat {

bool is_former(const PathReport& report, const HopSeries& series) {
  for (const HopSeries& other : report.series) {
    if (other.lane == series.lane && other.ttl == series.ttl &&
        other.epoch > series.epoch) {
      return true;
    }
  }
  const LaneReport& lane = report.lanes[series.lane];
  return series.epoch < lane.epoch && lane.distance &&
         series.ttl > *lane.distance;
}

}  // namespace netlat
