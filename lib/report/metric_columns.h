#pragma once
// The counters of a path: which metric and label each is, and where an
// interval's row has it.

#include <cstdint>
#include <span>
#include <string_view>

#include "netlat/measure/interval_table.h"
#include "netlat/report/metric_catalogue.h"

namespace netlat {

struct MetricColumn {
  Metric metric;
  /// Of the label that tells the counters of one metric apart; may be empty.
  std::string_view label;
  std::uint64_t (*of)(const IntervalStats& row);  ///< times in nanoseconds
};

/// Those of one metric follow each other.
std::span<const MetricColumn> metric_columns();

}  // namespace netlat
