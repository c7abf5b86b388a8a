#pragma once
// Which format of metrics a client asked for, and how it is called.

#include <cstdint>
#include <string>
#include <string_view>

#include "netlat/report/metric_set.h"

namespace netlat {

enum class MetricsFormat : std::uint8_t { text, open_metrics, protobuf };

/// What an Accept header of HTTP (RFC 9110 12.5.1) likes best; of formats liked
/// equally the one that says more.  Text where it is empty or likes none.
MetricsFormat choose_metrics_format(std::string_view accept);

/// Whether an Accept-Encoding header allows gzip.
bool accepts_gzip(std::string_view accept_encoding);

/// The Content-Type of the answer.
std::string_view metrics_content_type(MetricsFormat format);

std::string metrics_page(const MetricSet& set, MetricsFormat format);

}  // namespace netlat
