#include "netlat/report/metrics_format.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

#include "netlat/report/metrics_protobuf.h"
#include "netlat/report/metrics_text.h"

namespace netlat {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

// What is between commas or semicolons, one after the other.
std::string_view take_until(std::string_view& rest, char end) {
  const auto at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest =
      at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return trimmed(part);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

struct Range {
  std::string type;  // "text/plain", "*/*", "gzip"
  std::vector<std::pair<std::string, std::string>> parameters;
  double weight = 1;

  // True if it does not say otherwise.
  bool allows(std::string_view name, std::string_view value) const {
    return std::all_of(
        parameters.begin(), parameters.end(),
        [&](const auto& p) { return p.first != name || p.second == value; });
  }
};

Range read_range(std::string_view text) {
  Range range;
  range.type = lower(take_until(text, ';'));
  while (!text.empty()) {
    std::string_view value = take_until(text, ';');
    const std::string name = lower(take_until(value, '='));
    std::string word = lower(value);
    std::erase(word, '"');
    if (name == "q") {
      range.weight = std::clamp(std::strtod(word.c_str(), nullptr), 0., 1.);
    } else {
      range.parameters.emplace_back(name, std::move(word));
    }
  }
  return range;
}

bool matches(const Range& range, MetricsFormat format) {
  switch (format) {
    case MetricsFormat::text:
      return (range.type == "text/plain" && range.allows("version", "0.0.4")) ||
             range.type == "text/*" || range.type == "*/*";
    case MetricsFormat::open_metrics:
      // Without a version it is any, as for Prometheus' own library.
      return range.type == "application/openmetrics-text" &&
             range.allows("version", "1.0.0");
    case MetricsFormat::protobuf:
      return range.type == "application/vnd.google.protobuf" &&
             range.allows("proto", "io.prometheus.client.metricfamily") &&
             range.allows("encoding", "delimited");
  }
  return false;
}

}  // namespace

MetricsFormat choose_metrics_format(std::string_view accept) {
  MetricsFormat best = MetricsFormat::text;
  double liked = 0;
  while (!accept.empty()) {
    const Range range = read_range(take_until(accept, ','));
    for (const MetricsFormat format :
         {MetricsFormat::text, MetricsFormat::open_metrics,
          MetricsFormat::protobuf}) {
      if (!matches(range, format) || range.weight <= 0) continue;
      if (range.weight > liked || (range.weight == liked && format > best)) {
        liked = range.weight;
        best = format;
      }
    }
  }
  return best;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const Range range = read_range(take_until(accept_encoding, ','));
    if (range.type == "gzip") return range.weight > 0;
  }
  return false;
}

std::string_view metrics_content_type(MetricsFormat format) {
  switch (format) {
    case MetricsFormat::text:
      return "text/plain; version=0.0.4; charset=utf-8";
    case MetricsFormat::open_metrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case MetricsFormat::protobuf:
      break;
  }
  return "application/vnd.google.protobuf; "
         "proto=io.prometheus.client.MetricFamily; encoding=delimited";
}

std::string metrics_page(const MetricSet& set, MetricsFormat format) {
  switch (format) {
    case MetricsFormat::text:
      return metrics_text(set, MetricsDialect::text_0_0_4);
    case MetricsFormat::open_metrics:
      return metrics_text(set, MetricsDialect::open_metrics_1_0);
    case MetricsFormat::protobuf:
      break;
  }
  return metrics_protobuf(set);
}

}  // namespace netlat
