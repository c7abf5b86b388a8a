#include "netlat/probe/rate_response.h"

#include <algorithm>
#include <cmath>

namespace netlat {

namespace {

constexpr double kCertain = 0.01;

double log_choose(std::uint64_t n, std::uint64_t k) {
  const auto f = [](std::uint64_t x) {
    return std::lgamma(static_cast<double>(x) + 1);
  };
  return f(n) - f(k) - f(n - k);
}

// How probable it is that of two samples from one population, the second has
// `hits2` hits or more (Fisher, 1922).
double chance_of_more(std::uint64_t hits1, std::uint64_t n1,
                      std::uint64_t hits2, std::uint64_t n2) {
  const std::uint64_t hits = hits1 + hits2;
  const double all = log_choose(n1 + n2, hits);
  double sum = 0;
  for (std::uint64_t k = hits2; k <= std::min(n2, hits); ++k) {
    if (hits - k > n1) continue;
    sum += std::exp(log_choose(n2, k) + log_choose(n1, hits - k) - all);
  }
  return sum;
}

}  // namespace

RateResponse rate_response(const std::vector<ProbeOutcome>& outcomes,
                           std::uint32_t slow_from) {
  RateResponse r;
  for (const ProbeOutcome& o : outcomes) {
    const bool slow = o.round >= slow_from;
    ++(slow ? r.slow_sent : r.fast_sent);
    if (o.answered) ++(slow ? r.slow_answered : r.fast_answered);
  }
  if (r.slow_sent == 0 || r.fast_sent == 0) return r;
  if (chance_of_more(r.fast_answered, r.fast_sent, r.slow_answered,
                     r.slow_sent) < kCertain) {
    r.finding = RateFinding::limited;
    return r;
  }
  // What a limiter would have answered of the fast rounds, had they been slow.
  const std::uint64_t due = std::min(kSlower * r.fast_answered, r.fast_sent);
  if (chance_of_more(r.slow_answered, r.slow_sent, due, r.fast_sent) <
      kCertain) {
    r.finding = RateFinding::lost;
  }
  return r;
}

}  // namespace netlat
