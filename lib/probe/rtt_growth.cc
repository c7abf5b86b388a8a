#include "lib/probe/rtt_growth.h"

#include <algorithm>
#include <cmath>

namespace netlat {

namespace {

// The median and half of the interval that holds the true one 19 times of 20,
// by the binomial distribution of ranks, plus the histogram's error.
struct Median {
  Nanos value{0}, error{0};
};

Median median_of(const RttStatistics& rtt) {
  constexpr double kHistogramError = 0.011;
  const auto& h = rtt.histogram();
  const double spread = 0.98 / std::sqrt(static_cast<double>(rtt.count()));
  const auto per_mille = [](double share) {
    return static_cast<unsigned>(std::clamp(share * 1000, 1.0, 1000.0));
  };
  Median m;
  m.value = h.quantile(500).value_or(Nanos{0});
  const Nanos low = h.quantile(per_mille(0.5 - spread)).value_or(m.value);
  const Nanos high = h.quantile(per_mille(0.5 + spread)).value_or(m.value);
  const double own = static_cast<double>(m.value.count()) * kHistogramError / 2;
  m.error = (high - low) / 2 + Nanos{std::llround(own)};
  return m;
}

struct LaneHop {
  std::uint8_t ttl;
  std::optional<IpAddress> address;
  Median floor;
  RttGrowth growth;
};

bool on_lane(const HopRow& row, std::uint16_t lane) {
  return std::find(row.lanes.begin(), row.lanes.end(), lane) != row.lanes.end();
}

// The hops of one lane that answer, by TTL, with their growth.
std::vector<LaneHop> lane_hops(const PathReport& report,
                               const std::vector<HopRow>& rows,
                               std::uint16_t lane) {
  std::vector<LaneHop> hops;
  for (const HopRow& row : rows) {
    if (row.former || !on_lane(row, lane)) continue;
    RttStatistics rtt;
    for (const HopSeries& s : report.series) {
      if (s.lane == lane && s.ttl == row.ttl && s.address == row.address &&
          !is_former(report, s)) {
        rtt.merge(s.rtt);
      }
    }
    if (rtt.count() == 0) continue;
    hops.push_back({row.ttl, row.address, median_of(rtt), {}});
  }
  for (std::size_t i = hops.size(); i-- > 1;) {
    if (hops[i].floor.value < hops[i - 1].floor.value) {
      hops[i - 1].floor = hops[i].floor;
    }
  }
  Median before;
  for (LaneHop& hop : hops) {
    hop.growth.added = hop.floor.value - before.value;
    hop.growth.uncertainty = Nanos{
        std::llround(std::hypot(static_cast<double>(hop.floor.error.count()),
                                static_cast<double>(before.error.count())))};
    before = hop.floor;
  }
  return hops;
}

}  // namespace

void add_growth(const PathReport& report, std::vector<HopRow>& rows) {
  std::vector<std::vector<LaneHop>> lanes;
  for (std::size_t i = 0; i < report.lanes.size(); ++i) {
    lanes.push_back(lane_hops(report, rows, static_cast<std::uint16_t>(i)));
  }
  HopRow* most = nullptr;
  for (HopRow& row : rows) {
    std::vector<RttGrowth> all;
    for (const auto& lane : lanes) {
      for (const LaneHop& hop : lane) {
        if (hop.ttl == row.ttl && hop.address == row.address && row.address) {
          all.push_back(hop.growth);
        }
      }
    }
    if (row.former || all.empty()) continue;
    const auto middle =
        all.begin() + static_cast<std::ptrdiff_t>((all.size() - 1) / 2);
    std::nth_element(all.begin(), middle, all.end(),
                     [](const RttGrowth& a, const RttGrowth& b) {
                       return a.added < b.added;
                     });
    row.growth = *middle;
    if (row.growth->added <= row.growth->uncertainty) continue;
    if (most == nullptr || row.growth->added > most->growth->added) {
      most = &row;
    }
  }
  if (most != nullptr) most->adds_most = true;
}

}  // namespace netlat
