// The fields a filter can name and where a flow record holds them.

#include <algorithm>
#include <array>

#include "lib/measure/where_term.h"
#include "netlat/measure/sample_totals.h"
#include "netlat/measure/shown_half.h"
#include "netlat/measure/vocabulary.h"

namespace netlat::where {

namespace {

constexpr Choice kChoices[] = {
    {"proto", Words<Transport>::list,
     [](const FlowRecord& f) { return static_cast<std::size_t>(f.proto); }},
    {"end", Words<FlowEnd>::list,
     [](const FlowRecord& f) { return static_cast<std::size_t>(f.end); }},
    {"outcome", Words<HandshakeOutcome>::list,
     [](const FlowRecord& f) {
       return static_cast<std::size_t>(f.handshake.outcome);
     }},
};

std::optional<std::string_view> known(std::string_view label) {
  if (label.empty()) return std::nullopt;
  return label;
}

constexpr TextField kTextFields[] = {
    {"sni",
     [](const FlowRecord& f,
        const WhereLabels&) -> std::optional<std::string_view> {
       return f.tls ? std::string_view{f.tls->sni.str()} : std::string_view{};
     }},
    {"svc", [](const FlowRecord&,
               const WhereLabels& labels) { return known(labels.service); }},
    {"state", [](const FlowRecord&,
                 const WhereLabels& labels) { return known(labels.state); }},
    {"path", [](const FlowRecord&,
                const WhereLabels& labels) { return known(labels.path); }},
};

using Number = std::optional<double>;

Number number(std::uint64_t count) {
  return static_cast<double>(count);
}
Number number(Nanos duration) {
  return static_cast<double>(duration.count());
}

constexpr Scalar kScalars[] = {
    {"connect", Unit::duration,
     [](const FlowRecord& f, const WhereLabels&) {
       return f.handshake.connect ? number(*f.handshake.connect) : Number{};
     }},
    {"stall", Unit::duration,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(saturating_sum(f.c2s.stall, f.s2c.stall));
     }},
    {"zerowindow", Unit::duration,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(saturating_sum(f.c2s.zero_window, f.s2c.zero_window));
     }},
    {"duration", Unit::duration,
     [](const FlowRecord& f, const WhereLabels&) {
       // In doubles: hostile stamps lie further apart than int64 spans.
       return Number{static_cast<double>(to_ns(f.end_time)) -
                     static_cast<double>(to_ns(f.start_time))};
     }},
    {"bytes", Unit::count,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(f.c2s.bytes + f.s2c.bytes);
     }},
    {"packets", Unit::count,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(f.c2s.packets + f.s2c.packets);
     }},
    {"turns", Unit::count,
     [](const FlowRecord& f, const WhereLabels&) { return number(f.turns); }},
    {"lost", Unit::count,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(f.c2s.lost_upstream + f.c2s.lost_downstream +
                     f.s2c.lost_upstream + f.s2c.lost_downstream);
     }},
    {"conns", Unit::count,
     [](const FlowRecord&, const WhereLabels& labels) {
       return labels.connections ? number(*labels.connections) : Number{};
     }},
    {"retx", Unit::count_or_share,
     [](const FlowRecord& f, const WhereLabels&) {
       return number(f.c2s.retransmits + f.s2c.retransmits);
     }},
};

constexpr Latency kLatencies[] = {
    {"rtt",
     [](const FlowRecord& f) -> const Quantiles& {
       return shown_rtt(f).network;
     }},
    {"ack",
     [](const FlowRecord& f) -> const Quantiles& { return shown_rtt(f).ack; }},
    {"service",
     [](const FlowRecord& f) -> const Quantiles& { return f.service; }},
    {"elapsed",
     [](const FlowRecord& f) -> const Quantiles& { return f.elapsed; }},
};

constexpr QuantileName kQuantiles[] = {
    {"min", &Quantiles::min}, {"p50", &Quantiles::p50},
    {"p90", &Quantiles::p90}, {"p95", &Quantiles::p95},
    {"p99", &Quantiles::p99}, {"max", &Quantiles::max},
};

constexpr std::string_view kOtherKeys[] = {"src",  "dst",  "client", "server",
                                           "host", "port", "id",     "zone"};

template <class T, std::size_t N>
const T* find(const T (&rows)[N], std::string_view key) {
  const auto row = std::find_if(std::begin(rows), std::end(rows),
                                [&](const T& r) { return r.key == key; });
  return row == std::end(rows) ? nullptr : row;
}

template <class T, std::size_t N>
bool any_starts_with(const T (&rows)[N], std::string_view text) {
  return std::any_of(std::begin(rows), std::end(rows),
                     [&](const T& r) { return r.key.starts_with(text); });
}

}  // namespace

std::span<const Choice> choices() {
  return kChoices;
}
std::span<const TextField> text_fields() {
  return kTextFields;
}

std::optional<Metric> find_metric(std::string_view name) {
  if (const auto* scalar = find(kScalars, name)) {
    return Metric{.scalar = scalar};
  }
  if (const auto* quantile = find(kQuantiles, name)) {
    return Metric{.latency = &kLatencies[0], .quantile = quantile->member};
  }
  const auto dot = name.find('.');
  const auto* latency = find(kLatencies, name.substr(0, dot));
  if (!latency) return std::nullopt;
  if (dot == name.npos) {
    return Metric{.latency = latency, .quantile = &Quantiles::p50};
  }
  const auto* quantile = find(kQuantiles, name.substr(dot + 1));
  if (!quantile) return std::nullopt;
  return Metric{.latency = latency, .quantile = quantile->member};
}

bool begins_a_key(std::string_view text) {
  const auto dot = text.find('.');
  if (dot != text.npos) {
    return find(kLatencies, text.substr(0, dot)) &&
           any_starts_with(kQuantiles, text.substr(dot + 1));
  }
  return any_starts_with(kChoices, text) ||
         any_starts_with(kTextFields, text) ||
         any_starts_with(kScalars, text) || any_starts_with(kLatencies, text) ||
         any_starts_with(kQuantiles, text) ||
         std::any_of(
             std::begin(kOtherKeys), std::end(kOtherKeys),
             [&](std::string_view key) { return key.starts_with(text); });
}

std::optional<double> retransmitted_share(const FlowRecord& flow) {
  const auto segments = flow.c2s.segments + flow.s2c.segments;
  if (segments == 0) return std::nullopt;
  return static_cast<double>(flow.c2s.retransmits + flow.s2c.retransmits) /
         static_cast<double>(segments);
}

}  // namespace netlat::where
