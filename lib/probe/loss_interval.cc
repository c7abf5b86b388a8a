#include "netlat/probe/loss_interval.h"

#include <algorithm>
#include <cmath>

namespace netlat {

LossInterval loss_interval(std::uint64_t lost, std::uint64_t sent) {
  if (sent == 0) return {};
  constexpr double kZ = 2.575829303548901;  // two-sided 99 %
  const auto n = static_cast<double>(sent);
  const double p = static_cast<double>(lost) / n;
  const double scale = 1 + kZ * kZ / n;
  const double centre = (p + kZ * kZ / (2 * n)) / scale;
  const double half =
      kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n)) / scale;
  // The ends are exact where all or none were lost; rounding must not move
  // them.
  return {p, lost == 0 ? 0 : std::max(0.0, centre - half),
          lost == sent ? 1 : std::min(1.0, centre + half)};
}

}  // namespace netlat
