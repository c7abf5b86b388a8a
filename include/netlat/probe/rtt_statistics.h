#pragma once
// What the round trips to one hop on one lane add up to.
//
// Definitions, for x_1 .. x_n in the order of sending: mean and standard
// deviation by Welford's update, sqrt(M2 / (n - 1)); jitter by RFC 3550 A.8,
// J += (|x_k - x_(k-1)| - J) / 16, over probes sent one after another: a
// missing answer between them breaks the pair, since the difference would span
// it.  Percentiles come from a histogram that is right to 1.1 %.

#include <cstdint>
#include <optional>

#include "netlat/base/time.h"
#include "netlat/measure/exponential_histogram.h"

namespace netlat {

class RttStatistics {
 public:
  /// The answer to the probe of `round`; rounds count up by one.
  void add(std::uint32_t round, Nanos rtt);
  /// Adds what another lane saw; `last` becomes theirs if it is of a later
  /// round, jitter the mean weighted by pairs.
  void merge(const RttStatistics& other);

  std::uint64_t count() const { return count_; }
  const ExponentialHistogram& histogram() const { return histogram_; }
  Nanos last() const { return last_; }
  // In nanoseconds.
  double mean() const { return mean_; }
  /// 0 below two samples.
  double deviation() const;
  /// nullopt before there is a pair.
  std::optional<double> jitter() const;

 private:
  ExponentialHistogram histogram_;
  std::uint64_t count_ = 0, pairs_ = 0;
  std::uint32_t last_round_ = 0;
  Nanos last_{0};
  double mean_ = 0, squares_ = 0, jitter_ = 0;
};

}  // namespace netlat
