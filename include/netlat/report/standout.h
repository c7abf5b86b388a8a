#pragma once
// What deserves a second look, by rules short enough for the manual.

#include "netlat/measure/quantiles.h"
#include "netlat/report/analysis_report.h"

namespace netlat {

/// A percentile is shown only of this many samples or more.
inline constexpr std::uint64_t kSamplesForP99 = 100;
inline constexpr std::uint64_t kSamplesForP95 = 20;

/// Of at least 100 samples, p99 exceeds five times the median and lies more
/// than 1 ms above it.
bool tail_stands_out(const Quantiles& q);

/// At least 1 % of 100 or more segments were sent again.
bool loss_stands_out(const LossCounts& loss);

/// The half of the path with the longer network RTT at the highest
/// percentile both have samples for: it decides what users wait for.
Dir longer_half(const HalfRtt& server, const HalfRtt& client);

}  // namespace netlat
