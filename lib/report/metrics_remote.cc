#include "netlat/report/metrics_remote.h"

#include <snappy.h>

#include <protozero/pbf_builder.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "netlat/report/metrics_text.h"

namespace netlat {

namespace {

using protozero::pbf_builder;

// Field numbers of prometheus.WriteRequest (remote.proto, types.proto).
enum class Request : protozero::pbf_tag_type { series = 1 };
enum class Series : protozero::pbf_tag_type { label = 1, sample = 2 };
enum class Label : protozero::pbf_tag_type { name = 1, value = 2 };
enum class Sample : protozero::pbf_tag_type { value = 1, time_ms = 2 };

// The one NaN that ends a series.
constexpr auto kStale =
    std::bit_cast<double>(std::uint64_t{0x7ff0000000000002});

class Writer {
 public:
  Writer(std::int64_t time_ms, const std::vector<MetricLabel>& more)
      : time_ms_(time_ms), more_(more), request_(message_) {}

  void put(const std::string& name, const MetricSeries& series, double value,
           const std::string& le = {}) {
    labels_ = series.labels;
    for (const MetricLabel& label : more_) {
      const bool own =
          std::any_of(labels_.begin(), labels_.end(),
                      [&](const auto& l) { return l.name == label.name; });
      if (!own) labels_.push_back(label);
    }
    labels_.push_back({"__name__", name});
    if (!le.empty()) labels_.push_back({"le", le});
    // The receiver may refuse labels in any other order.
    std::sort(labels_.begin(), labels_.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string encoded;
    pbf_builder<Series> out(encoded);
    for (const MetricLabel& label : labels_) {
      pbf_builder<Label> to(out, Series::label);
      to.add_string(Label::name, label.name);
      to.add_string(Label::value, label.value);
    }
    add(encoded, value);
    told_.insert(std::move(encoded));
  }
  // Those of `before` that were not put.
  void end_others(const std::set<std::string>& before) {
    for (const std::string& labels : before) {
      if (!told_.contains(labels)) add(labels, kStale);
    }
  }

  RemoteWriteRequest request() const {
    RemoteWriteRequest done;
    snappy::Compress(message_.data(), message_.size(), &done.body);
    done.samples = samples_;
    return done;
  }
  std::set<std::string> take_told() { return std::move(told_); }

 private:
  void add(std::string series, double value) {
    {
      pbf_builder<Series> out(series);
      pbf_builder<Sample> sample(out, Series::sample);
      sample.add_double(Sample::value, value);
      sample.add_int64(Sample::time_ms, time_ms_);
    }
    request_.add_message(Request::series, series);
    ++samples_;
  }

  std::int64_t time_ms_;
  const std::vector<MetricLabel>& more_;
  std::string message_;
  pbf_builder<Request> request_;
  std::vector<MetricLabel> labels_;
  std::set<std::string> told_;
  std::size_t samples_ = 0;
};

void put_histogram(Writer& to, const std::string& name,
                   const MetricSeries& series) {
  const MetricHistogram& h = *series.histogram;
  const std::string bucket_name = name + "_bucket";
  for (const ClassicBucket& bucket : h.classic) {
    to.put(bucket_name, series, static_cast<double>(bucket.cumulative),
           bound_text(bucket.le));
  }
  const auto count = static_cast<double>(h.count);
  to.put(bucket_name, series, count,
         bound_text(std::numeric_limits<double>::infinity()));
  to.put(name + "_sum", series, h.sum);
  to.put(name + "_count", series, count);
}

}  // namespace

RemoteWriteRequest RemoteWriteSeries::next(const MetricSet& set,
                                           std::int64_t time_ms) {
  Writer writer(time_ms, more_);
  for (const MetricFamily& family : set) {
    for (const MetricSeries& series : family.series) {
      if (series.histogram) {
        put_histogram(writer, family.name, series);
      } else {
        writer.put(family.name, series, series.value);
      }
    }
  }
  writer.end_others(told_);
  told_ = writer.take_told();
  return writer.request();
}

}  // namespace netlat
