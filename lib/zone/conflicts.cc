// Within one prefix, group and rank, lines are ordered by the start of their
// validity.  A line is compared with the one before it that lasts longest:
// where more than two disagree, each is still named once.  For pods an open
// end ends where the next lease starts, so that only equal starts or a stated
// end can overlap.

#include "lib/zone/conflicts.h"

#include <algorithm>

namespace netlat {

namespace {

bool same_right(const LineRule& a, const LineRule& b) {
  return a.group == b.group && a.rank == b.rank;
}

std::int64_t end_of(const LineRule& r, const LineRule& next) {
  const bool lease = r.rank == kPodRank && r.to_us == kNeverAfter;
  return lease && r.from_us < next.from_us ? next.from_us : r.to_us;
}

bool disagree(const ZoneTable& zones, ZoneId a, ZoneId b) {
  return a != b && zones.tier(a) == zones.tier(b);
}

}  // namespace

std::vector<ZoneConflict> find_conflicts(const ZoneIndex& index,
                                         std::size_t most) {
  std::vector<ZoneConflict> found;
  const auto& rules = index.rules();
  for (const PrefixNode& node : index.nodes()) {
    std::uint32_t longest = node.begin;
    for (std::uint32_t i = node.begin + 1; i < node.end; ++i) {
      const LineRule& r = rules[i];
      const LineRule& before = rules[longest];
      if (!same_right(before, r)) {
        longest = i;
        continue;
      }
      const bool overlap = end_of(before, r) > r.from_us && r.to_us > r.from_us;
      if (overlap && disagree(index.data().zones, before.zone, r.zone)) {
        if (found.size() == most) return found;
        found.push_back({longest + 1, i + 1});
      }
      if (end_of(r, r) >= end_of(before, r)) longest = i;
    }
  }
  return found;
}

}  // namespace netlat
