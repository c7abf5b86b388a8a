#include "netlat/probe/mtr_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace netlat {

namespace {

// mtr adds a fraction to a whole number and keeps the whole part.
std::int64_t moved(std::int64_t value, double by) {
  return static_cast<std::int64_t>(static_cast<double>(value) + by);
}

}  // namespace

void MtrStatistics::add(Nanos rtt) {
  const std::int64_t x = rtt.count() / 1000;
  const bool first = returned == 0;
  jitter = first ? 0 : std::llabs(x - last);
  last = x;
  if (first) best = worst = geometric_mean = x;
  best = std::min(best, x);
  worst = std::max(worst, x);
  jitter_worst = std::max(jitter_worst, jitter);
  ++returned;
  const auto n = static_cast<double>(returned);
  const std::int64_t before = mean;
  mean = moved(mean, static_cast<double>(x - before) / n);
  squares += (x - before) * (x - mean);
  jitter_mean =
      moved(jitter_mean, static_cast<double>(jitter - jitter_mean) / n);
  interarrival_jitter += jitter - ((interarrival_jitter + 8) >> 4);
  if (first) return;
  geometric_mean = static_cast<std::int64_t>(
      std::pow(static_cast<double>(geometric_mean), (n - 1) / n) *
      std::pow(static_cast<double>(x), 1 / n));
}

double MtrStatistics::deviation() const {
  if (returned < 2) return 0;
  return std::sqrt(static_cast<double>(squares) /
                   static_cast<double>(returned - 1));
}

}  // namespace netlat
