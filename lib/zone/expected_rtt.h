#pragma once
// Round trips a cloud itself publishes for pairs of its zones and regions.
//
// Method: points, each the cloud's median of some minutes to a week, by pair
// of zones or of regions.  Asked about a time, the middle one of those that
// overlap it answers; where none does, the middle one of all, and the answer
// says so.  A round trip from A to B is one from B to A, so that where one way
// has no points the other's count.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "lib/zone/word_table.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

class ExpectedRtts {
 public:
  struct Point {
    std::int64_t rtt_us = 0;
    std::int64_t from_us = 0, to_us = 0;
  };

  void add_zones(ZoneId a, ZoneId b, const Point& point) {
    zones_[{a, b}].push_back(point);
  }
  void add_regions(WordId a, WordId b, const Point& point) {
    regions_[{a, b}].push_back(point);
  }
  /// Zones have other numbers now: `now` by their earlier ones.
  void renumber(const std::vector<ZoneId>& now);

  bool empty() const { return zones_.empty() && regions_.empty(); }
  std::optional<ExpectedRtt> of_zones(ZoneId a, ZoneId b, std::int64_t from_us,
                                      std::int64_t to_us) const;
  std::optional<ExpectedRtt> of_regions(WordId a, WordId b,
                                        std::int64_t from_us,
                                        std::int64_t to_us) const;

 private:
  using Points =
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Point>>;

  Points zones_, regions_;
};

}  // namespace netlat
