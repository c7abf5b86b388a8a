#pragma once
// Remote-write requests (Prometheus remote write 1.0).
//
// A series that is not told any more would be taken for what it was last for
// another five minutes.  So the series of the request before are remembered,
// and one that is gone gets a last sample, the stale marker, which ends it.
// Cost: the labels of every series, as they are sent.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "netlat/report/metric_set.h"

namespace netlat {

/// A WriteRequest in snappy's block format, the body of the request.
struct RemoteWriteRequest {
  std::string body;
  std::size_t samples = 0;
};

class RemoteWriteSeries {
 public:
  /// `more` are labels that every series gets; a label the series has itself
  /// stays.
  explicit RemoteWriteSeries(std::vector<MetricLabel> more)
      : more_(std::move(more)) {}

  /// All series of `set` with one sample each at `time_ms` since the epoch,
  /// and the end of those that it no longer has: without any, of all.
  /// Histograms go in their classic form.
  RemoteWriteRequest next(const MetricSet& set, std::int64_t time_ms);

 private:
  std::vector<MetricLabel> more_;
  std::set<std::string> told_;  // labels, encoded
};

}  // namespace netlat
