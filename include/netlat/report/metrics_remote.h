#pragma once
// A remote-write request (Prometheus remote write 1.0).

#include <cstdint>
#include <span>
#include <string>

#include "netlat/report/metric_set.h"

namespace netlat {

/// All series of `set` with one sample each at `time_ms` since the epoch: a
/// WriteRequest in snappy's block format, the body of the request.  `more` are
/// labels that every series gets; a label the series has itself stays.
/// Histograms go in their classic form.
std::string remote_write_request(const MetricSet& set, std::int64_t time_ms,
                                 std::span<const MetricLabel> more);

/// How many samples that request holds.
std::size_t remote_write_samples(const MetricSet& set);

}  // namespace netlat
