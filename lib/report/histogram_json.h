#pragma once
// The `H` of records: a distribution that merges exactly.

#include "netlat/measure/exponential_histogram.h"
#include "netlat/report/json_writer.h"

namespace netlat {

template <std::size_t N>
void put_histogram(JsonWriter& json, const char (&name)[N],
                   const ExponentialHistogram& h) {
  const SampleTotals& totals = h.totals();
  json.open_object(name);
  json.field("n", totals.n);
  json.field("sum_ns", totals.sum.count());
  if (totals.n == 0) {
    json.null("min_ns");
    json.null("max_ns");
  } else {
    json.field("min_ns", totals.min.count());
    json.field("max_ns", totals.max.count());
  }
  const DenseBuckets buckets = h.dense();
  json.field("scale", buckets.scale);
  json.field("offset", buckets.offset);
  json.open_array("counts");
  for (const std::uint64_t n : buckets.counts) json.element(n);
  json.close_array();
  json.close_object();
}

}  // namespace netlat
