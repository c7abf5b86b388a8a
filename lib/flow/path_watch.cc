#include "netlat/flow/path_watch.h"

#include <algorithm>
#include <limits>

namespace netlat {

// By how many microseconds the way got longer, as far as this packet shows.
std::int64_t PathWatch::take(Way& way, const Segment& s) {
  if (!way.begun) {
    way = Way{};
    way.begun = true;
    way.first = s.time;
    way.first_tsval = s.tcp.tsval;
  }
  const std::int64_t elapsed = (s.time - way.first).count() / 1000;
  const auto ticks = static_cast<std::int32_t>(s.tcp.tsval - way.first_tsval);
  const std::int64_t delay = elapsed - std::int64_t{ticks} * 1000;
  // A clock of another grain runs away; no path gets longer by so much.
  constexpr std::int64_t kMostUs = 200'000;
  if (std::abs(delay) > kMostUs + elapsed / 100) {
    way.begun = false;
    return 0;
  }
  const auto us = static_cast<std::int32_t>(delay);
  way.lowest_us = way.packets == 0 ? us : std::min(way.lowest_us, us);
  if (++way.packets < kPackets) return 0;
  way.packets = 0;
  const std::int64_t grew = way.known ? way.lowest_us - way.base_us : 0;
  // Before a second has passed a clock of 10 ms could look like this.
  constexpr std::int64_t kSettledUs = 1'000'000;
  if (!way.known || grew <= 0) {
    way.base_us = way.lowest_us;
    way.known = true;
    return 0;
  }
  if (grew < kGrainUs || elapsed < kSettledUs) {
    way.base_us += static_cast<std::int32_t>(grew / 8);
    return 0;
  }
  way.base_us = way.lowest_us;
  return grew;
}

void PathWatch::advance(std::span<const Segment> batch,
                        std::span<const SegmentFacts> facts, FlowTable& table) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Segment& s = batch[i];
    const SegmentFacts& f = facts[i];
    const bool useful = s.transport == Transport::tcp && s.tcp.has_timestamps &&
                        f.connection != SegmentFacts::kNoConnection;
    if (!useful) continue;
    if (f.connection >= watched_.size()) watched_.resize(f.connection + 1);
    Watched& w = watched_[f.connection];
    if (!w.used || w.flow_id != f.flow_id) {
      w = Watched{};
      w.used = true;
      w.flow_id = f.flow_id;
    }
    const std::int64_t us = take(w.way[static_cast<std::size_t>(f.dir)], s);
    if (us > 0) {
      table.path_grew(f.connection, opposite(f.dir), Nanos{2000 * us});
    }
  }
}

}  // namespace netlat
