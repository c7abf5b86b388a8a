#include "lib/zone/expected_rtt.h"

#include <algorithm>

namespace netlat {

namespace {

template <class Points>
std::optional<ExpectedRtt> find(const Points& points, std::uint32_t a,
                                std::uint32_t b, std::int64_t from_us,
                                std::int64_t to_us) {
  auto found = points.find({a, b});
  if (found == points.end()) found = points.find({b, a});
  if (found == points.end()) return std::nullopt;
  std::vector<std::int64_t> then, all;
  for (const auto& p : found->second) {
    all.push_back(p.rtt_us);
    if (p.from_us < to_us && from_us < p.to_us) then.push_back(p.rtt_us);
  }
  std::vector<std::int64_t>& values = then.empty() ? all : then;
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return ExpectedRtt{std::chrono::microseconds(*middle), !then.empty()};
}

}  // namespace

void ExpectedRtts::renumber(const std::vector<ZoneId>& now) {
  Points renumbered;
  for (auto& [pair, points] : zones_) {
    auto& to = renumbered[{now[pair.first], now[pair.second]}];
    to.insert(to.end(), points.begin(), points.end());
  }
  zones_ = std::move(renumbered);
}

std::optional<ExpectedRtt> ExpectedRtts::of_zones(ZoneId a, ZoneId b,
                                                  std::int64_t from_us,
                                                  std::int64_t to_us) const {
  return find(zones_, a, b, from_us, to_us);
}

std::optional<ExpectedRtt> ExpectedRtts::of_regions(WordId a, WordId b,
                                                    std::int64_t from_us,
                                                    std::int64_t to_us) const {
  return find(regions_, a, b, from_us, to_us);
}

}  // namespace netlat
