#include "netlat/report/metrics_text.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

namespace netlat {

namespace {

using Out = fmt::memory_buffer;

void put(Out& out, std::string_view text) {
  out.append(text);
}

// The help of 0.0.4 keeps its quotes; OpenMetrics escapes them everywhere.
void put_escaped(Out& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') {
      put(out, "\\\\");
    } else if (c == '\n') {
      put(out, "\\n");
    } else if (c == '"' && quotes) {
      put(out, "\\\"");
    } else {
      out.push_back(c);
    }
  }
}

void put_number(Out& out, double value) {
  if (std::isinf(value)) {
    put(out, value > 0 ? "+Inf" : "-Inf");
  } else if (std::isnan(value)) {
    put(out, "NaN");
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

void put_labels(Out& out, const std::vector<MetricLabel>& labels,
                std::string_view le) {
  if (labels.empty() && le.empty()) return;
  char before = '{';
  for (const MetricLabel& label : labels) {
    out.push_back(before);
    put(out, label.name);
    put(out, "=\"");
    put_escaped(out, label.value, true);
    out.push_back('"');
    before = ',';
  }
  if (!le.empty()) {
    fmt::format_to(std::back_inserter(out), "{}le=\"{}\"", before, le);
  }
  out.push_back('}');
}

void put_sample(Out& out, const MetricFamily& family, std::string_view suffix,
                const MetricSeries& series, double value,
                std::string_view le = {},
                const MetricExemplar* exemplar = nullptr) {
  put(out, family.name);
  put(out, suffix);
  put_labels(out, series.labels, le);
  out.push_back(' ');
  put_number(out, value);
  if (exemplar != nullptr) {
    put(out, " # {} ");
    put_number(out, exemplar->value);
    const auto time = exemplar->time.time_since_epoch();
    fmt::format_to(std::back_inserter(out), " {:.3f}",
                   std::chrono::duration<double>(time).count());
  }
  out.push_back('\n');
}

// Only OpenMetrics has exemplars.
void put_histogram(Out& out, const MetricFamily& family,
                   const MetricSeries& series, bool open) {
  const MetricHistogram& h = *series.histogram;
  const MetricExemplar* const slowest =
      open && h.slowest ? &*h.slowest : nullptr;
  const std::size_t its = slowest == nullptr ? 0 : h.classic_of(slowest->value);
  for (std::size_t k = 0; k < h.classic.size(); ++k) {
    const ClassicBucket& bucket = h.classic[k];
    put_sample(out, family, "_bucket", series,
               static_cast<double>(bucket.cumulative), bound_text(bucket.le),
               k == its ? slowest : nullptr);
  }
  const auto count = static_cast<double>(h.count);
  put_sample(out, family, "_bucket", series, count,
             bound_text(std::numeric_limits<double>::infinity()),
             h.classic.size() == its ? slowest : nullptr);
  put_sample(out, family, "_sum", series, h.sum);
  put_sample(out, family, "_count", series, count);
}

std::string_view type_name(MetricType type) {
  if (type == MetricType::counter) return "counter";
  return type == MetricType::gauge ? "gauge" : "histogram";
}

void put_heading(Out& out, const MetricFamily& family, bool open) {
  std::string_view name = family.name;
  constexpr std::string_view kTotal = "_total";
  if (open && family.type == MetricType::counter && name.ends_with(kTotal)) {
    name.remove_suffix(kTotal.size());
  }
  fmt::format_to(std::back_inserter(out), "# HELP {} ", name);
  put_escaped(out, family.help, open);
  fmt::format_to(std::back_inserter(out), "\n# TYPE {} {}\n", name,
                 type_name(family.type));
  if (open && !family.unit.empty()) {
    fmt::format_to(std::back_inserter(out), "# UNIT {} {}\n", name,
                   family.unit);
  }
}

}  // namespace

std::string bound_text(double bound) {
  if (std::isinf(bound)) return bound > 0 ? "+Inf" : "-Inf";
  std::string text = fmt::format("{}", bound);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string metrics_text(const MetricSet& set, MetricsDialect dialect) {
  const bool open = dialect == MetricsDialect::open_metrics_1_0;
  Out out;
  for (const MetricFamily& family : set) {
    if (family.series.empty()) continue;
    put_heading(out, family, open);
    for (const MetricSeries& series : family.series) {
      if (series.histogram) {
        put_histogram(out, family, series, open);
      } else {
        put_sample(out, family, "", series, series.value);
      }
    }
  }
  if (open) put(out, "# EOF\n");
  return fmt::to_string(out);
}

}  // namespace netlat
