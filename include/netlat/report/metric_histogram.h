#pragma once
// Distributions as a monitoring system counts them: for ever, never less.
//
// Problem: a histogram whose resolution falls when its range grows would have
// buckets whose counts fall, which Prometheus takes for a restart.
// Method: the samples of each interval are added to counters that stay: one a
// classic bound, and one a native bucket of a scale so coarse that no interval
// is coarser.  Bias: a sample counts towards a classic bound by its bucket of
// the finer histogram, so samples up to 2.2 % above the bound may count as
// below it, as in objectives (measure/objective_watch.h).
//
// Beside its counts a histogram has one exemplar, the slowest sample of the
// last while and its second: where to look in records and recordings.  It has
// no labels, since whose it was is nothing a monitoring system should keep.

#include <span>
#include <vector>

#include "netlat/measure/exponential_histogram.h"
#include "netlat/report/metric_set.h"

namespace netlat {

/// The classic bounds in seconds, with `more` among them: ascending, each once,
/// those of 1 us to a day.
std::vector<double> classic_bounds(std::span<const double> more);

/// No samples yet.  `bounds` ascend.
MetricHistogram empty_histogram(std::span<const double> bounds);

void add_samples(const ExponentialHistogram& samples, MetricHistogram& to);

/// For so long the slowest sample stands for those after it.
inline constexpr Nanos kExemplarFor = std::chrono::seconds(15);

/// Makes the slowest of the samples the exemplar, unless there is a slower one
/// of the last kExemplarFor.  `at` is when they were taken, to the interval.
void note_slowest(const ExponentialHistogram& samples, Stamp at,
                  MetricHistogram& to);

}  // namespace netlat
