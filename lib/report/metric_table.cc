#include "netlat/report/metric_table.h"

#include <algorithm>
#include <utility>

#include "netlat/report/metric_catalogue.h"
#include "netlat/report/metric_histogram.h"

namespace netlat {

namespace {

constexpr const char* kOther = "other";
constexpr Nanos kIdle = std::chrono::hours(1);

std::string zone_text(const ZonePlace& place, const ZoneLabeler* zones) {
  if (place.status == ZoneStatus::known && zones != nullptr) {
    return std::string(zones->name(place));
  }
  return place.status == ZoneStatus::ambiguous ? "ambiguous" : "unknown";
}

}  // namespace

MetricTable::MetricTable(MetricTableOptions options)
    : options_(std::move(options)), bounds_(classic_bounds(options_.bounds)) {
  // Beside its bounds a histogram has +Inf, sum and count.
  const std::size_t series = std::size_t{wire + 1} * (bounds_.size() + 3) +
                             std::size_t{connect_failures + 1};
  most_ = std::max<std::size_t>(options_.most_series / series, 2);
  for (const ServiceKey& key : options_.services) {
    named_[key].text = endpoint_text(key.server, key.port);
  }
  always_ = named_.size();
}

const std::string& MetricTable::service_name(const IntervalStats& row) {
  static const std::string other = kOther;
  if (row.rest) return other;
  const auto found = named_.find(row.key);
  if (found != named_.end()) {
    found->second.used = now_;
    return found->second.text;
  }
  if (named_.size() - always_ >= options_.most_services) return other;
  Named& named = named_[row.key];
  named = {endpoint_text(row.key.server, row.key.port), now_};
  return named.text;
}

MetricTable::Key MetricTable::key_of(const IntervalStats& row,
                                     const ZoneLabeler* zones) {
  Key key;
  key.client = zone_text(row.client_zone, zones);
  key.server = zone_text(row.server_zone, zones);
  key.relation = to_word(
      zones == nullptr ? ZoneRelation::unknown
                       : zones->relation(row.client_zone, row.server_zone));
  if (options_.by_service) key.service = service_name(row);
  return key;
}

MetricTable::Key MetricTable::others() const {
  return {kOther, kOther, to_word(ZoneRelation::unknown),
          options_.by_service ? kOther : ""};
}

MetricTable::Path& MetricTable::path(Key key) {
  auto found = paths_.find(key);
  // The last place is that of the others.
  if (found == paths_.end() && paths_.size() + 1 >= most_) {
    ++refused_;
    key = others();
    found = paths_.find(key);
  }
  if (found == paths_.end()) {
    found = paths_.emplace(std::move(key), Path{}).first;
    for (auto& h : found->second.histograms) h = empty_histogram(bounds_);
  }
  return found->second;
}

void MetricTable::count(const IntervalStats& row, Path& path) {
  path.used = now_;
  add_samples(row.server_rtt, path.histograms[server_rtt]);
  add_samples(row.client_rtt, path.histograms[client_rtt]);
  add_samples(row.handshake, path.histograms[handshake]);
  add_samples(row.service, path.histograms[service]);
  add_samples(row.turns, path.histograms[wire]);
  const std::uint64_t more[] = {row.packets,         row.bytes, row.segments,
                                row.retransmits,     row.lost,  row.connects,
                                row.connect_failures};
  static_assert(std::size(more) == connect_failures + 1);
  for (std::size_t i = 0; i < std::size(more); ++i) path.counts[i] += more[i];
}

void MetricTable::add(const Interval& interval, const ZoneLabeler* zones) {
  now_ = interval.end;
  const auto empty = [](const IntervalStats& row) {
    return row.packets == 0 && row.turns.totals().n == 0 &&
           row.connect_failures == 0;
  };
  for (const IntervalStats& row : interval.services) {
    if (!empty(row)) count(row, path(key_of(row, zones)));
  }
  if (!empty(interval.others)) count(interval.others, path(others()));
  expire();
}

void MetricTable::expire() {
  std::erase_if(paths_, [this](const auto& entry) {
    return now_ - entry.second.used > kIdle;
  });
  std::erase_if(named_, [this](const auto& entry) {
    const Named& named = entry.second;
    return named.used != Stamp{} && now_ - named.used > kIdle &&
           std::find(options_.services.begin(), options_.services.end(),
                     entry.first) == options_.services.end();
  });
}

std::vector<MetricLabel> MetricTable::labels(const Key& key) const {
  std::vector<MetricLabel> labels = {
      {"src_zone", key.client},
      {"dst_zone", key.server},
      {"zone_relation", std::string(key.relation)}};
  if (options_.by_service) labels.push_back({"service", key.service});
  return labels;
}

MetricFamily MetricTable::histogram_family(Distribution d) const {
  static constexpr Metric kMetric[] = {
      Metric::tcp_rtt, Metric::tcp_rtt, Metric::tcp_handshake,
      Metric::request_service, Metric::request_wire};
  MetricFamily family = empty_family(kMetric[d]);
  for (const auto& [key, path] : paths_) {
    family.series.push_back({labels(key), 0, path.histograms[d]});
    auto& own = family.series.back().labels;
    if (d == server_rtt) own.push_back({"half", "server"});
    if (d == client_rtt) own.push_back({"half", "client"});
  }
  return family;
}

void MetricTable::append_to(MetricSet& set) const {
  MetricFamily rtt = histogram_family(server_rtt);
  for (MetricSeries& s : histogram_family(client_rtt).series) {
    rtt.series.push_back(std::move(s));
  }
  set.push_back(std::move(rtt));
  for (const Distribution d : {handshake, service, wire}) {
    set.push_back(histogram_family(d));
  }
  static constexpr Metric kCounts[] = {
      Metric::tcp_packets,          Metric::tcp_payload_bytes,
      Metric::tcp_data_segments,    Metric::tcp_retransmitted_segments,
      Metric::tcp_lost_segments,    Metric::tcp_connects,
      Metric::tcp_connect_failures,
  };
  for (std::size_t i = 0; i < std::size(kCounts); ++i) {
    MetricFamily family = empty_family(kCounts[i]);
    for (const auto& [key, path] : paths_) {
      family.series.push_back(
          {labels(key), static_cast<double>(path.counts[i]), std::nullopt});
    }
    set.push_back(std::move(family));
  }
}

}  // namespace netlat
