#pragma once
// All objectives of a capture, second by second.
//
// An objective for every pair of zones is watched as one for each: a pair that
// breaks it must not hide among others that keep it.  Which pairs there are
// shows as they come, so a watch begins with the first interval its pair is in.
// Cost: of each row of an interval, once a pair is known, one lookup by name.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "netlat/measure/objective_watch.h"

namespace netlat {

class ObjectiveSet {
 public:
  /// Objectives and pairs of zones beyond are not watched, but counted.
  static constexpr std::size_t kMostWatches = 256;

  explicit ObjectiveSet(std::span<const Objective> objectives) {
    replace(objectives);
  }

  /// One more interval, as for ObjectiveWatch; the watches of those that
  /// changed their verdict from or to broken, valid until the next call of
  /// anything here.
  const std::vector<const ObjectiveWatch*>& advance(const Interval& interval,
                                                    const ZoneLabeler* zones,
                                                    bool tainted);
  /// Others from now on; those that stay as they were written keep what they
  /// know.
  void replace(std::span<const Objective> objectives);

  const std::vector<ObjectiveWatch>& watches() const noexcept {
    return watches_;
  }
  /// Objectives, with one for each pair of zones seen, that are not watched.
  std::uint64_t unwatched() const noexcept { return unwatched_; }

 private:
  void find_pairs(const Interval& interval, const ZoneLabeler& zones);
  void watch(Objective objective);

  std::vector<Objective> every_pair_;
  std::set<std::pair<std::string, std::string>> pairs_;  // seen, by name
  std::vector<ObjectiveWatch> watches_;
  std::uint64_t unwatched_ = 0;
  std::vector<const ObjectiveWatch*> changed_;
};

}  // namespace netlat
