#include "netlat/report/slo_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "netlat/report/messages.h"
#include "netlat/report/metric_catalogue.h"
#include "netlat/report/metrics_text.h"

namespace netlat {

namespace {

constexpr std::array kWindows = {"5m", "30m", "1h", "2h", "6h", "1d", "3d"};

struct BurnPair {
  double factor;
  const char *window, *short_window, *severity, *name;
};
constexpr std::array<BurnPair, 4> kPairs = {{
    {14.4, "1h", "5m", "page", "NetlatBudgetBurnsFast"},
    {6, "6h", "30m", "page", "NetlatBudgetBurns"},
    {3, "1d", "2h", "ticket", "NetlatBudgetBurnsSlowly"},
    {1, "3d", "6h", "ticket", "NetlatBudgetGoes"},
}};

// What labels say where no zone is known is no zone (netlat-metrics(7)).
std::string zone_matcher(const std::string& zone) {
  return zone.empty() ? "!~\"unknown|ambiguous|other\""
                      : '=' + promql_string(zone);
}

std::string selector(const Objective& o, std::string_view more = {}) {
  std::string in;
  if (o.scope == ObjectiveScope::service) {
    in = "service=" +
         promql_string(endpoint_text(o.service.server, o.service.port));
  } else if (o.scope == ObjectiveScope::zone_pair) {
    in = "src_zone" + zone_matcher(o.client_zone) + ",dst_zone" +
         zone_matcher(o.server_zone);
  }
  if (!more.empty()) in += (in.empty() ? "" : ",") + std::string(more);
  return in.empty() ? "" : '{' + in + '}';
}

Metric histogram_of(ObjectiveQuantity quantity) {
  switch (quantity) {
    case ObjectiveQuantity::network:
      return Metric::tcp_rtt;
    case ObjectiveQuantity::turns:
      return Metric::request_wire;
    case ObjectiveQuantity::handshake:
      return Metric::tcp_handshake;
    default:
      return Metric::request_service;
  }
}

// What an objective has a value of its own for, as labels.
std::string kept_apart(const Objective& o, std::string_view more = {}) {
  std::string labels = o.every_pair() ? "src_zone, dst_zone" : "";
  if (!more.empty()) labels += (labels.empty() ? "" : ", ") + std::string(more);
  return labels.empty() ? "" : fmt::format(" by ({}) ", labels);
}

// The growth of a metric over a window, all hosts together.
std::string grown(std::string_view by, std::string_view name,
                  const std::string& labels, std::string_view window) {
  return fmt::format("sum{}(increase({}{}[{}]))", by, name, labels, window);
}

// The longer half of the path is the one that is held to an objective.
std::string_view halves_of(const Objective& o) {
  return o.quantity == ObjectiveQuantity::network ? "half" : "";
}
std::string of_longer_half(const Objective& o, const std::string& expression) {
  if (halves_of(o).empty()) return expression;
  return fmt::format("max{}({})", kept_apart(o), expression);
}

struct Terms {
  std::string bad, all;
};

Terms shares(const Objective& o, std::string_view window) {
  const auto sum = [&](Metric metric) {
    return grown(kept_apart(o), describe(metric).name, selector(o), window);
  };
  if (o.quantity == ObjectiveQuantity::failures) {
    const std::string failed = sum(Metric::tcp_connect_failures);
    return {failed,
            fmt::format("({} + {})", sum(Metric::tcp_connects), failed)};
  }
  const Metric bad = o.quantity == ObjectiveQuantity::loss
                         ? Metric::tcp_lost_segments
                         : Metric::tcp_retransmitted_segments;
  return {sum(bad), sum(Metric::tcp_data_segments)};
}

// In a block of YAML that keeps the text as it is.
std::string literal(const std::string& expression, int indent) {
  return fmt::format("|-\n{:{}}{}", "", indent, expression);
}

// 'it''s'
std::string yaml_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

std::string record(const std::string& name, const std::string& expression,
                   const std::string& slo) {
  return fmt::format(
      "      - record: {}\n        expr: {}\n        labels:\n          slo: "
      "{}\n",
      name, literal(expression, 10), yaml_text(slo));
}

std::string recordings(const Objective& o) {
  const std::string slo = one_line(o.text);
  std::string out;
  for (const char* const window : kWindows) {
    out += record(fmt::format("netlat:slo_error:ratio{}", window),
                  slo_error_ratio(o, window), slo);
  }
  for (const BurnPair& pair : kPairs) {
    out += record(fmt::format("netlat:slo_events:increase{}", pair.window),
                  slo_events(o, pair.window), slo);
  }
  return out;
}

std::string alert(const Objective& o, const BurnPair& pair) {
  const std::string slo = one_line(o.text);
  const std::string labels = fmt::format("{{slo={}}}", promql_string(slo));
  const double bound = pair.factor * o.budget();
  const std::string expression = fmt::format(
      "netlat:slo_error:ratio{0}{2} > {3:.6g}\n          and "
      "netlat:slo_error:ratio{1}{2} > {3:.6g}\n          and "
      "netlat:slo_events:increase{0}{2} >= {4}",
      pair.window, pair.short_window, labels, bound, o.least);
  return fmt::format(
      "      - alert: {}\n        expr: {}\n        labels:\n"
      "          severity: {}\n          slo: {}\n        annotations:\n"
      "          summary: {}\n",
      pair.name, literal(expression, 10), pair.severity, yaml_text(slo),
      yaml_text(
          fmt::format("{}{}: its budget burns {:g} times too fast over {} "
                      "and {}",
                      slo,
                      o.every_pair() ? ", {{ $labels.src_zone }} to "
                                       "{{ $labels.dst_zone }}"
                                     : "",
                      pair.factor, pair.window, pair.short_window)));
}

// Without these no other number is worth anything.
constexpr std::string_view kHealth = R"(  - name: netlat-health
    rules:
      - alert: NetlatCaptureDropsPackets
        expr: |-
          sum by (instance) (rate(netlat_capture_packets_dropped_total[5m]))
          / sum by (instance) (rate(netlat_capture_packets_received_total[5m]))
          > 0.001
        for: 10m
        labels:
          severity: ticket
        annotations:
          summary: 'netlat on {{ $labels.instance }} does not see all packets'
      - alert: NetlatCaptureSilent
        expr: |-
          up{job="netlat"} == 0
        for: 5m
        labels:
          severity: ticket
        annotations:
          summary: 'netlat on {{ $labels.instance }} cannot be scraped'
      - alert: NetlatTooManySeries
        expr: |-
          increase(netlat_metrics_label_sets_refused_total[1h]) > 0
        labels:
          severity: ticket
        annotations:
          summary: 'netlat on {{ $labels.instance }} counts traffic as other'
)";

}  // namespace

std::string promql_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string slo_error_ratio(const Objective& o, std::string_view window) {
  if (!is_time(o.quantity)) {
    const Terms terms = shares(o, window);
    return terms.bad + " / " + terms.all;
  }
  const std::string by = kept_apart(o, halves_of(o));
  const std::string name(describe(histogram_of(o.quantity)).name);
  const double limit = std::chrono::duration<double>(o.limit).count();
  const std::string good =
      grown(by, name + "_bucket",
            selector(o, fmt::format("le=\"{}\"", bound_text(limit))), window);
  const std::string all = grown(by, name + "_count", selector(o), window);
  return of_longer_half(o, fmt::format("1 - {} / {}", good, all));
}

std::string slo_events(const Objective& o, std::string_view window) {
  if (!is_time(o.quantity)) return shares(o, window).all;
  const std::string name(describe(histogram_of(o.quantity)).name);
  return of_longer_half(o, grown(kept_apart(o, halves_of(o)), name + "_count",
                                 selector(o), window));
}

bool slo_needs_services(std::span<const Objective> objectives) {
  return std::any_of(objectives.begin(), objectives.end(), [](const auto& o) {
    return o.scope == ObjectiveScope::service;
  });
}

std::string slo_rules(std::span<const Objective> objectives) {
  std::string out =
      "# Made by netlat slo init.  Captures have to be started with the same\n"
      "# objectives, whose limits are bounds of their histograms then";
  out += slo_needs_services(objectives)
             ? ", and with\n# --metrics-by service.\n"
             : ".\n";
  out += "groups:\n  - name: netlat-slo\n    interval: 30s\n    rules:\n";
  for (const Objective& o : objectives) out += recordings(o);
  out += "  - name: netlat-slo-alerts\n    rules:\n";
  for (const Objective& o : objectives) {
    for (const BurnPair& pair : kPairs) {
      if (pair.factor * o.budget() < 1) out += alert(o, pair);
    }
  }
  out += kHealth;
  return out;
}

}  // namespace netlat
