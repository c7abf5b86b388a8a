#include "netlat/probe/limiter_fit.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr double kExplained = 0.9;
constexpr std::size_t kLeastMissing = 3, kLeastAnswered = 2;
constexpr unsigned kBursts[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 50};
constexpr double kRates[] = {0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000};

double seconds(Nanos duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

struct Explained {
  std::size_t answers = 0, misses = 0;
};

// How many of the outcomes a bucket predicts that was full at the start.
// A token that is about to come counts as there: the router's clock is not
// ours, and packets do not travel at the same speed.
Explained explained(const std::vector<ProbeOutcome>& outcomes, unsigned burst,
                    double rate) {
  constexpr double kNearly = 0.1;
  double tokens = burst;
  Nanos before = outcomes.front().sent;
  Explained right;
  for (const ProbeOutcome& o : outcomes) {
    tokens = std::min<double>(burst, tokens + rate * seconds(o.sent - before));
    before = o.sent;
    if (o.answered) {
      if (tokens >= 1 - kNearly) ++right.answers;
      tokens = std::max(0.0, tokens - 1);
    } else if (tokens < std::min<double>(burst, 1 + kNearly)) {
      ++right.misses;
    }
  }
  return right;
}

double share_of(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
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
  const std::size_t missing = outcomes.size() - answered;
  LimiterFit best;
  for (const unsigned burst : kBursts) {
    for (const double rate : kRates) {
      const Explained right = explained(outcomes, burst, rate);
      // Both, since a bucket that is never empty explains all answers and one
      // that always is all misses.
      const double share = std::min(share_of(right.answers, answered),
                                    share_of(right.misses, missing));
      if (share > best.explains) best = {burst, rate, share};
    }
  }
  if (best.explains < kExplained) return std::nullopt;
  return best;
}

}  // namespace netlat
