#include "netlat/probe/limiter_fit.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr double kExplained = 0.95;
constexpr std::size_t kLeastMissing = 3, kLeastAnswered = 2;
constexpr unsigned kBursts[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 50};
constexpr double kRates[] = {0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000};

double seconds(Nanos duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

// How many of the outcomes a bucket predicts that was full at the start.
// A token that is about to come counts as there: the router's clock is not
// ours, and packets do not travel at the same speed.
std::size_t explained(const std::vector<ProbeOutcome>& outcomes, unsigned burst,
                      double rate) {
  constexpr double kNearly = 0.1;
  double tokens = burst;
  Nanos before = outcomes.front().sent;
  std::size_t right = 0;
  for (const ProbeOutcome& o : outcomes) {
    tokens = std::min<double>(burst, tokens + rate * seconds(o.sent - before));
    before = o.sent;
    const bool likely = tokens >= 1 - kNearly;
    const bool sure = tokens >= std::min<double>(burst, 1 + kNearly);
    if (o.answered ? likely : !sure) ++right;
    if (o.answered) tokens = std::max(0.0, tokens - 1);
  }
  return right;
}

}  // namespace

std::optional<LimiterFit> fit_limiter(std::vector<ProbeOutcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(),
            [](const auto& a, const auto& b) { return a.sent < b.sent; });
  const auto answered = static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(),
                    [](const ProbeOutcome& o) { return o.answered; }));
  if (answered < kLeastAnswered || outcomes.size() - answered < kLeastMissing) {
    return std::nullopt;
  }
  LimiterFit best;
  for (const unsigned burst : kBursts) {
    for (const double rate : kRates) {
      const double share =
          static_cast<double>(explained(outcomes, burst, rate)) /
          static_cast<double>(outcomes.size());
      if (share > best.explains) best = {burst, rate, share};
    }
  }
  if (best.explains < kExplained) return std::nullopt;
  return best;
}

}  // namespace netlat
