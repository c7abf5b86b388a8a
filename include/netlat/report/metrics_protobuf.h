#pragma once
// Metrics as Prometheus' protocol buffers, with native histograms.
//
// MetricFamily messages (io.prometheus.client), each after its length.  A
// histogram carries both forms: its classic buckets, and spans of native ones
// with the difference of each count to the one before.  It is the only format
// that holds all that a MetricSet does, so it is also how one process hands a
// set to another.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/report/metric_set.h"

namespace netlat {

/// Families without series are left out.
std::string metrics_protobuf(const MetricSet& set);

/// What metrics_protobuf() wrote; nothing if these octets are not that.
std::optional<MetricSet> read_metrics_protobuf(std::string_view octets);

}  // namespace netlat
