#include "netlat/measure/objective_set.h"

#include <algorithm>
#include <string_view>

namespace netlat {

void ObjectiveSet::watch(Objective objective) {
  // Written twice, or of a pair that has its own line.
  const bool watched = std::any_of(
      watches_.begin(), watches_.end(), [&](const ObjectiveWatch& watch) {
        return watch.objective().text == objective.text;
      });
  if (watched) return;
  if (watches_.size() == kMostWatches) {
    ++unwatched_;
  } else {
    watches_.emplace_back(std::move(objective));
  }
}

void ObjectiveSet::find_pairs(const Interval& interval,
                              const ZoneLabeler& zones) {
  for (const IntervalStats& row : interval.services) {
    const std::string_view client = zones.name(row.client_zone);
    const std::string_view server = zones.name(row.server_zone);
    if (!pairs_.emplace(client, server).second) continue;
    for (const Objective& every : every_pair_) {
      if (!every.concerns_pair(client, server)) continue;
      watch(objective_of_pair(every, client, server));
    }
  }
}

const std::vector<const ObjectiveWatch*>& ObjectiveSet::advance(
    const Interval& interval, const ZoneLabeler* zones, bool tainted) {
  if (zones != nullptr && !every_pair_.empty()) find_pairs(interval, *zones);
  changed_.clear();
  for (ObjectiveWatch& watch : watches_) {
    if (watch.advance(interval, zones, tainted)) changed_.push_back(&watch);
  }
  return changed_;
}

void ObjectiveSet::replace(std::span<const Objective> objectives) {
  std::vector<ObjectiveWatch> before = std::move(watches_);
  watches_.clear();
  every_pair_.clear();
  unwatched_ = 0;
  changed_.clear();
  for (const Objective& o : objectives) {
    if (o.every_pair()) {
      every_pair_.push_back(o);
      for (const auto& [client, server] : pairs_) {
        if (o.concerns_pair(client, server)) {
          watch(objective_of_pair(o, client, server));
        }
      }
    } else {
      watch(o);
    }
  }
  for (ObjectiveWatch& watch : watches_) {
    const auto same =
        std::find_if(before.begin(), before.end(), [&](const auto& old) {
          return old.objective().text == watch.objective().text;
        });
    if (same != before.end()) watch = std::move(*same);
  }
}

}  // namespace netlat
