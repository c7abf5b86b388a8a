#pragma once
// The statistics of mtr 0.95, with what is peculiar to them.
//
// Problem: who compares with a report of mtr needs the same numbers from the
// same round trips.  Method: its updates in whole microseconds, each truncated
// where mtr truncates.  Bias, on purpose: running means drift low; the first
// answer counts as a jitter of 0; jitter is over answers that follow one
// another, lost ones between them or not; the interarrival jitter is kept as
// sixteen times that of RFC 3550 and shown so.  netlat's own are in
// rtt_statistics.h.

#include <cstdint>

#include "netlat/base/time.h"

namespace netlat {

/// All in microseconds.
struct MtrStatistics {
  std::uint64_t returned = 0;
  std::int64_t last = 0, mean = 0, best = 0, worst = 0, geometric_mean = 0;
  std::int64_t jitter = 0, jitter_mean = 0, jitter_worst = 0;
  std::int64_t interarrival_jitter = 0;
  std::int64_t squares = 0;

  void add(Nanos rtt);
  double deviation() const;
};

}  // namespace netlat
