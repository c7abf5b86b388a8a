#pragma once
// The objectives of a capture and what is said of them.

#include <string>
#include <vector>

#include "netlat/measure/objective_watch.h"

namespace netlat {

class Objectives {
 public:
  explicit Objectives(const std::vector<Objective>& objectives);

  /// One more interval; the numbers of those that changed their verdict from or
  /// to broken.
  const std::vector<std::size_t>& advance(const Interval& interval,
                                          const ZoneLabeler* zones,
                                          bool tainted);
  /// Others from now on; those that stay as they were written keep what they
  /// know.
  void replace(const std::vector<Objective>& objectives);

  const std::vector<ObjectiveWatch>& watches() const { return watches_; }
  /// For the line of a second: "  SLO kept 2 of 3", or those that are broken.
  /// Empty without objectives.
  std::string status() const;
  /// A line of its own for a verdict that changed, with its newline.
  static std::string announcement(const ObjectiveWatch& watch, Stamp at);

 private:
  std::vector<ObjectiveWatch> watches_;
  std::vector<std::size_t> changed_;
};

}  // namespace netlat
