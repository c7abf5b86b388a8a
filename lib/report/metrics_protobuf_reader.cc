#include <protozero/pbf_message.hpp>
#include <protozero/varint.hpp>

#include <algorithm>
#include <cmath>

#include "lib/report/metrics_wire.h"
#include "netlat/report/metrics_protobuf.h"

namespace netlat {

namespace {

namespace wire = metrics_wire;
using protozero::pbf_message;

constexpr auto kVarint = protozero::pbf_wire_type::varint;
constexpr auto kFixed = protozero::pbf_wire_type::fixed64;
constexpr auto kOctets = protozero::pbf_wire_type::length_delimited;

// A field of another wire type than its own is skipped like an unknown one.
template <class Tag>
constexpr std::uint32_t field(Tag tag, protozero::pbf_wire_type type) {
  return protozero::tag_and_type(tag, type);
}

// Of a message that says it has more buckets than durations have.
struct TooManyBuckets {};
constexpr std::int64_t kMostBuckets = 4096;

MetricType metric_type(int wire_type) {
  if (wire_type == wire::kCounterType) return MetricType::counter;
  return wire_type == wire::kHistogramType ? MetricType::histogram
                                           : MetricType::gauge;
}

MetricLabel read_label(pbf_message<wire::Label> from) {
  MetricLabel label;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Label::name, kOctets):
        label.name = from.get_string();
        break;
      case field(wire::Label::value, kOctets):
        label.value = from.get_string();
        break;
      default:
        from.skip();
    }
  }
  return label;
}

double read_number(pbf_message<wire::Number> from) {
  double value = 0;
  while (from.next(wire::Number::value, kFixed)) value = from.get_double();
  return value;
}

Stamp read_time(pbf_message<wire::Time> from) {
  std::int64_t seconds = 0, nanos = 0;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Time::seconds, kVarint):
        seconds = from.get_int64();
        break;
      case field(wire::Time::nanos, kVarint):
        nanos = from.get_int32();
        break;
      default:
        from.skip();
    }
  }
  // What a Stamp can hold.
  constexpr std::int64_t kMost = 9'000'000'000;
  seconds = std::clamp(seconds, -kMost, kMost);
  return Stamp(Nanos{seconds * wire::kSecond + nanos});
}

MetricExemplar read_exemplar(pbf_message<wire::Exemplar> from) {
  MetricExemplar exemplar;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Exemplar::value, kFixed):
        exemplar.value = from.get_double();
        break;
      case field(wire::Exemplar::time, kOctets):
        exemplar.time = read_time(from.get_message());
        break;
      default:
        from.skip();
    }
  }
  return exemplar;
}

void read_bucket(pbf_message<wire::Bucket> from, MetricHistogram& to) {
  ClassicBucket bucket;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Bucket::cumulative, kVarint):
        bucket.cumulative = from.get_uint64();
        break;
      case field(wire::Bucket::bound, kFixed):
        bucket.le = from.get_double();
        break;
      case field(wire::Bucket::exemplar, kOctets):
        to.slowest = read_exemplar(from.get_message());
        break;
      default:
        from.skip();
    }
  }
  if (!std::isinf(bucket.le)) to.classic.push_back(bucket);
}

// Adds the buckets of one span, of which `indices` has one each then.
void read_span(pbf_message<wire::Span> from, std::int64_t& next,
               std::vector<std::int64_t>& indices) {
  std::int64_t length = 0;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Span::offset, kVarint):
        next += from.get_sint32();
        break;
      case field(wire::Span::length, kVarint):
        length = from.get_uint32();
        break;
      default:
        from.skip();
    }
  }
  const auto held = static_cast<std::int64_t>(indices.size());
  if (length > kMostBuckets - held) throw TooManyBuckets{};
  for (; length > 0; --length) indices.push_back(next++);
}

void place_counts(const std::vector<std::int64_t>& indices,
                  const std::vector<std::int64_t>& deltas,
                  MetricHistogram& to) {
  if (indices.size() != deltas.size()) throw TooManyBuckets{};
  if (indices.empty()) return;
  const std::int64_t first = indices.front(), last = indices.back();
  if (last < first || last - first >= kMostBuckets) throw TooManyBuckets{};
  to.first = static_cast<std::int32_t>(first);
  to.counts.resize(static_cast<std::size_t>(last - first) + 1);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    count += static_cast<std::uint64_t>(deltas[i]);
    const auto at = static_cast<std::uint64_t>(indices[i] - first);
    if (at >= to.counts.size()) throw TooManyBuckets{};
    to.counts[at] = count;
  }
}

MetricHistogram read_histogram(pbf_message<wire::Histogram> from) {
  MetricHistogram h;
  std::vector<std::int64_t> indices, deltas;
  std::int64_t next = 0;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Histogram::count, kVarint):
        h.count = from.get_uint64();
        break;
      case field(wire::Histogram::sum, kFixed):
        h.sum = from.get_double();
        break;
      case field(wire::Histogram::bucket, kOctets):
        read_bucket(from.get_message(), h);
        break;
      case field(wire::Histogram::zero_count, kVarint):
        h.zero_count = from.get_uint64();
        break;
      case field(wire::Histogram::positive_span, kOctets):
        read_span(from.get_message(), next, indices);
        break;
      case field(wire::Histogram::positive_delta, kOctets):
        for (const auto delta : from.get_packed_sint64()) {
          deltas.push_back(delta);
        }
        break;
      default:
        from.skip();
    }
  }
  place_counts(indices, deltas, h);
  return h;
}

MetricSeries read_series(pbf_message<wire::Metric> from) {
  MetricSeries series;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Metric::label, kOctets):
        series.labels.push_back(read_label(from.get_message()));
        break;
      case field(wire::Metric::gauge, kOctets):
      case field(wire::Metric::counter, kOctets):
        series.value = read_number(from.get_message());
        break;
      case field(wire::Metric::histogram, kOctets):
        series.histogram = read_histogram(from.get_message());
        break;
      default:
        from.skip();
    }
  }
  return series;
}

MetricFamily read_family(pbf_message<wire::Family> from) {
  MetricFamily family;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case field(wire::Family::name, kOctets):
        family.name = from.get_string();
        break;
      case field(wire::Family::help, kOctets):
        family.help = from.get_string();
        break;
      case field(wire::Family::unit, kOctets):
        family.unit = from.get_string();
        break;
      case field(wire::Family::type, kVarint):
        family.type = metric_type(from.get_enum());
        break;
      case field(wire::Family::metric, kOctets):
        family.series.push_back(read_series(from.get_message()));
        break;
      default:
        from.skip();
    }
  }
  return family;
}

}  // namespace

std::optional<MetricSet> read_metrics_protobuf(std::string_view octets) {
  MetricSet set;
  const char* at = octets.data();
  const char* const end = at + octets.size();
  try {
    while (at != end) {
      const auto length = protozero::decode_varint(&at, end);
      if (length > static_cast<std::uint64_t>(end - at)) return std::nullopt;
      const auto size = static_cast<std::size_t>(length);
      set.push_back(read_family(pbf_message<wire::Family>(at, size)));
      at += size;
    }
  } catch (const protozero::exception&) {
    return std::nullopt;
  } catch (const TooManyBuckets&) {
    return std::nullopt;
  }
  return set;
}

}  // namespace netlat
