#pragma once
// The rate limiter that explains which probes a hop left unanswered.
//
// Problem: most routers answer with ICMP errors from a token bucket, so a hop
// that forwards everything seems to lose most of what one sends fast.  Such
// misses are not random: one occurs only when the bucket is empty.
// Method: for burst sizes and rates that occur, run the bucket along the
// probes' send times, taking a token for each answer, and count the answers and
// the misses it predicts.  A bucket that predicts nearly all of both is
// reported.  Bias: true loss lowers the score; a bucket other
// programs also drain is not found.  Cost: candidates times probes, a few
// milliseconds.

#include <optional>
#include <vector>

#include "netlat/probe/path_report.h"

namespace netlat {

struct LimiterFit {
  unsigned burst = 0;   ///< answers at once
  double rate = 0;      ///< answers a second from then on
  double explains = 0;  ///< share of the answers, or of the misses if
                        ///< that is less; 0 to 1
};

/// nullopt if fewer than 3 answers are missing, fewer than 2 are there, or no
/// bucket explains 9 of 10 answers and of 10 misses.
std::optional<LimiterFit> fit_limiter(std::vector<ProbeOutcome> outcomes);

}  // namespace netlat
