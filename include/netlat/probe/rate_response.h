#pragma once
// Whether missing answers are a matter of how fast one asks.
//
// Problem: where nobody behind a hop answers, its missing answers may be lost
// probes or a rate limit, and neither later hops nor a token bucket decide.
// Method: ask again at a quarter of the rate.  A limiter gives as many answers
// a second as before, so up to four times the share; loss takes the same share
// of whatever is sent.  Each side is tested by Fisher's exact test: the share
// of answers is above that of the fast rounds (limited), or below what a
// limiter would have given (lost), each at 1 %.
// Bias: loss that ends between the two halves looks like a limiter; probes and
// answers are lost alike.  Cost: as many seconds as the rounds before.

#include <cstdint>
#include <vector>

#include "netlat/probe/path_report.h"

namespace netlat {

/// How many times slower the second half asks.
inline constexpr unsigned kSlower = 4;

enum class RateFinding : unsigned char { undecided, limited, lost };

struct RateResponse {
  std::uint64_t fast_sent = 0, fast_answered = 0;
  std::uint64_t slow_sent = 0, slow_answered = 0;
  RateFinding finding = RateFinding::undecided;
};

/// Outcomes of rounds before `slow_from` against those from it on.
RateResponse rate_response(const std::vector<ProbeOutcome>& outcomes,
                           std::uint32_t slow_from);

}  // namespace netlat
