#include "netlat/report/metrics_remote.h"

#include <snappy.h>

#include <protozero/pbf_builder.hpp>

#include <algorithm>
#include <limits>

#include "netlat/report/metrics_text.h"

namespace netlat {

namespace {

using protozero::pbf_builder;

// Field numbers of prometheus.WriteRequest (remote.proto, types.proto).
enum class Request : protozero::pbf_tag_type { series = 1 };
enum class Series : protozero::pbf_tag_type { label = 1, sample = 2 };
enum class Label : protozero::pbf_tag_type { name = 1, value = 2 };
enum class Sample : protozero::pbf_tag_type { value = 1, time_ms = 2 };

class Writer {
 public:
  Writer(std::int64_t time_ms, std::span<const MetricLabel> more)
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
    pbf_builder<Series> out(request_, Request::series);
    for (const MetricLabel& label : labels_) {
      pbf_builder<Label> to(out, Series::label);
      to.add_string(Label::name, label.name);
      to.add_string(Label::value, label.value);
    }
    pbf_builder<Sample> sample(out, Series::sample);
    sample.add_double(Sample::value, value);
    sample.add_int64(Sample::time_ms, time_ms_);
  }
  const std::string& message() const { return message_; }

 private:
  std::int64_t time_ms_;
  std::span<const MetricLabel> more_;
  std::string message_;
  pbf_builder<Request> request_;
  std::vector<MetricLabel> labels_;
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

std::string remote_write_request(const MetricSet& set, std::int64_t time_ms,
                                 std::span<const MetricLabel> more) {
  Writer writer(time_ms, more);
  for (const MetricFamily& family : set) {
    for (const MetricSeries& series : family.series) {
      if (series.histogram) {
        put_histogram(writer, family.name, series);
      } else {
        writer.put(family.name, series, series.value);
      }
    }
  }
  const std::string& message = writer.message();
  std::string out;
  snappy::Compress(message.data(), message.size(), &out);
  return out;
}

std::size_t remote_write_samples(const MetricSet& set) {
  constexpr std::size_t kBesideBounds = 3;  // +Inf, sum, count
  std::size_t samples = 0;
  for (const MetricFamily& family : set) {
    for (const MetricSeries& s : family.series) {
      samples += s.histogram ? s.histogram->classic.size() + kBesideBounds : 1;
    }
  }
  return samples;
}

}  // namespace netlat
