#pragma once
// Field numbers of io.prometheus.client (metrics.proto).

#include <cstdint>
#include <protozero/types.hpp>

namespace netlat::metrics_wire {

enum class Family : protozero::pbf_tag_type {
  name = 1,
  help = 2,
  type = 3,
  metric = 4,
  unit = 5,
};
enum class Metric : protozero::pbf_tag_type {
  label = 1,
  gauge = 2,
  counter = 3,
  histogram = 7,
};
enum class Label : protozero::pbf_tag_type { name = 1, value = 2 };
/// Of a counter and of a gauge.
enum class Number : protozero::pbf_tag_type { value = 1 };
enum class Histogram : protozero::pbf_tag_type {
  count = 1,
  sum = 2,
  bucket = 3,
  schema = 5,
  zero_threshold = 6,
  zero_count = 7,
  positive_span = 12,
  positive_delta = 13,
};
enum class Bucket : protozero::pbf_tag_type {
  cumulative = 1,
  bound = 2,
  exemplar = 3,
};
enum class Exemplar : protozero::pbf_tag_type { value = 2, time = 3 };
/// google.protobuf.Timestamp
enum class Time : protozero::pbf_tag_type { seconds = 1, nanos = 2 };
enum class Span : protozero::pbf_tag_type { offset = 1, length = 2 };

inline constexpr std::int64_t kSecond = 1'000'000'000;  // of Time, nanos
inline constexpr int kCounterType = 0, kGaugeType = 1, kHistogramType = 4;

}  // namespace netlat::metrics_wire
