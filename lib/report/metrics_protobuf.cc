#include "netlat/report/metrics_protobuf.h"

#include <protozero/pbf_builder.hpp>
#include <protozero/varint.hpp>

#include <cstdint>
#include <iterator>
#include <limits>

#include "lib/report/metrics_wire.h"

namespace netlat {

namespace {

namespace wire = metrics_wire;
using protozero::pbf_builder;

int wire_type(MetricType type) {
  if (type == MetricType::counter) return wire::kCounterType;
  return type == MetricType::gauge ? wire::kGaugeType : wire::kHistogramType;
}

struct Run {
  std::int32_t offset;  // of the first: its index, then empty ones between
  std::uint32_t length;
};

// Runs of buckets in use; a gap this short costs less inside of one.
std::vector<Run> runs_of(const MetricHistogram& h,
                         std::vector<std::int64_t>& deltas) {
  constexpr std::size_t kShortGap = 2;
  std::vector<Run> runs;
  std::int64_t before = 0;
  std::size_t end = 0;  // of the last run, in h.counts
  for (std::size_t k = 0; k < h.counts.size(); ++k) {
    if (h.counts[k] == 0) continue;
    if (runs.empty() || k - end > kShortGap) {
      const auto gap = static_cast<std::int32_t>(k - end);
      runs.push_back({runs.empty() ? h.first + gap : gap, 0});
      end = k;
    }
    for (; end <= k; ++end) {
      const auto count = static_cast<std::int64_t>(h.counts[end]);
      deltas.push_back(count - before);
      before = count;
      ++runs.back().length;
    }
  }
  return runs;
}

void put_bucket(pbf_builder<wire::Histogram>& histogram,
                const ClassicBucket& bucket, const MetricExemplar* exemplar) {
  pbf_builder<wire::Bucket> out(histogram, wire::Histogram::bucket);
  out.add_uint64(wire::Bucket::cumulative, bucket.cumulative);
  out.add_double(wire::Bucket::bound, bucket.le);
  if (exemplar == nullptr) return;
  pbf_builder<wire::Exemplar> to(out, wire::Bucket::exemplar);
  to.add_double(wire::Exemplar::value, exemplar->value);
  const std::int64_t ns = to_ns(exemplar->time);
  pbf_builder<wire::Time> time(to, wire::Exemplar::time);
  time.add_int64(wire::Time::seconds, ns / wire::kSecond);
  time.add_int32(wire::Time::nanos,
                 static_cast<std::int32_t>(ns % wire::kSecond));
}

void put_histogram(pbf_builder<wire::Metric>& metric,
                   const MetricHistogram& h) {
  using F = wire::Histogram;
  pbf_builder<F> out(metric, wire::Metric::histogram);
  out.add_uint64(F::count, h.count);
  out.add_double(F::sum, h.sum);
  const MetricExemplar* const slowest = h.slowest ? &*h.slowest : nullptr;
  const std::size_t its =
      slowest == nullptr ? h.classic.size() : h.classic_of(slowest->value);
  for (std::size_t k = 0; k < h.classic.size(); ++k) {
    put_bucket(out, h.classic[k], k == its ? slowest : nullptr);
  }
  // The last bucket, that of all, goes without saying otherwise.
  if (slowest != nullptr && its == h.classic.size()) {
    constexpr double kAll = std::numeric_limits<double>::infinity();
    put_bucket(out, {kAll, h.count}, slowest);
  }
  out.add_sint32(F::schema, MetricHistogram::kSchema);
  out.add_double(F::zero_threshold, MetricHistogram::kZeroThreshold);
  out.add_uint64(F::zero_count, h.zero_count);
  std::vector<std::int64_t> deltas;
  auto runs = runs_of(h, deltas);
  // An empty run says that this histogram is native though it has no buckets.
  if (runs.empty()) runs.push_back({0, 0});
  for (const Run& run : runs) {
    pbf_builder<wire::Span> span(out, F::positive_span);
    span.add_sint32(wire::Span::offset, run.offset);
    span.add_uint32(wire::Span::length, run.length);
  }
  out.add_packed_sint64(F::positive_delta, deltas.begin(), deltas.end());
}

void put_series(pbf_builder<wire::Family>& family, const MetricSeries& series,
                MetricType type) {
  using F = wire::Metric;
  pbf_builder<F> metric(family, wire::Family::metric);
  for (const MetricLabel& label : series.labels) {
    pbf_builder<wire::Label> to(metric, F::label);
    to.add_string(wire::Label::name, label.name);
    to.add_string(wire::Label::value, label.value);
  }
  if (series.histogram) {
    put_histogram(metric, *series.histogram);
  } else {
    pbf_builder<wire::Number> number(
        metric, type == MetricType::counter ? F::counter : F::gauge);
    number.add_double(wire::Number::value, series.value);
  }
}

std::string family_message(const MetricFamily& family) {
  using F = wire::Family;
  std::string message;
  pbf_builder<F> out(message);
  out.add_string(F::name, family.name);
  out.add_string(F::help, family.help);
  out.add_enum(F::type, wire_type(family.type));
  for (const MetricSeries& series : family.series) {
    put_series(out, series, family.type);
  }
  if (!family.unit.empty()) out.add_string(F::unit, family.unit);
  return message;
}

}  // namespace

std::string metrics_protobuf(const MetricSet& set) {
  std::string out;
  for (const MetricFamily& family : set) {
    if (family.series.empty()) continue;
    const std::string message = family_message(family);
    protozero::write_varint(std::back_inserter(out), message.size());
    out += message;
  }
  return out;
}

}  // namespace netlat
