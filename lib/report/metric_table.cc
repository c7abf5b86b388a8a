#include "netlat/report/metric_table.h"

#include <algorithm>
#include <utility>

#include "lib/report/metric_columns.h"
#include "netlat/measure/vocabulary.h"
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
  const std::size_t series =
      std::size_t{wire + 1} * (bounds_.size() + 3) + metric_columns().size();
  constexpr std::size_t kWaySeries = 3, kWayShare = 12;
  const std::size_t ways = options_.most_series / kWayShare;
  most_ = std::max<std::size_t>((options_.most_series - ways) / series, 2);
  most_ways_ = ways / kWaySeries;
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

MetricTable::Key MetricTable::key_of(const ZonePlace& source,
                                     const ZonePlace& destination,
                                     const ZoneLabeler* zones) {
  Key key;
  key.source = zone_text(source, zones);
  key.destination = zone_text(destination, zones);
  key.relation =
      to_word(zones == nullptr ? ZoneRelation::unknown
                               : zones->relation(source, destination));
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
    found->second.counts.resize(metric_columns().size());
  }
  return found->second;
}

MetricTable::Way& MetricTable::way(WayKey key) {
  const auto found = ways_.find(key);
  if (found != ways_.end()) return found->second;
  // The last places, one a transport, are those of the others.
  constexpr std::size_t kOthers = std::size(Words<Transport>::list);
  if (ways_.size() + kOthers >= most_ways_) {
    ++refused_;
    key.first = {kOther, kOther, to_word(ZoneRelation::unknown), {}};
  }
  return ways_[std::move(key)];
}

void MetricTable::count(const IntervalStats& row, Path& path) {
  path.used = now_;
  const ExponentialHistogram* const samples[] = {
      &row.server_rtt, &row.client_rtt, &row.handshake, &row.service,
      &row.turns};
  static_assert(std::size(samples) == wire + 1);
  for (std::size_t d = 0; d < std::size(samples); ++d) {
    add_samples(*samples[d], path.histograms[d]);
    note_slowest(*samples[d], now_, path.histograms[d]);
  }
  const auto columns = metric_columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    path.counts[i] += columns[i].of(row);
  }
}

void MetricTable::add(const Interval& interval, const ZoneLabeler* zones) {
  now_ = interval.end;
  const auto empty = [](const IntervalStats& row) {
    return row.packets == 0 && row.turns.totals().n == 0 &&
           row.connect_failures == 0;
  };
  for (const IntervalStats& row : interval.services) {
    if (empty(row)) continue;
    Key key = key_of(row.client_zone, row.server_zone, zones);
    if (options_.by_service) key.service = service_name(row);
    count(row, path(std::move(key)));
  }
  if (!empty(interval.others)) count(interval.others, path(others()));
  expire();
}

void MetricTable::add(const std::vector<ZoneWay>& ways,
                      const ZoneLabeler* zones) {
  for (const ZoneWay& more : ways) {
    Way& to =
        way({key_of(more.source, more.destination, zones), more.transport});
    to.packets += more.packets;
    to.bytes += more.bytes;
    to.used = now_;
  }
}

void MetricTable::expire() {
  std::erase_if(paths_, [this](const auto& entry) {
    return now_ - entry.second.used > kIdle;
  });
  std::erase_if(ways_, [this](const auto& entry) {
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
      {"src_zone", key.source},
      {"dst_zone", key.destination},
      {"zone_relation", std::string(key.relation)}};
  if (!key.service.empty()) labels.push_back({"service", key.service});
  return labels;
}

MetricFamily MetricTable::histogram_family(Distribution d) const {
  static constexpr Metric kMetric[] = {
      Metric::tcp_rtt, Metric::tcp_rtt, Metric::tcp_handshake,
      Metric::request_service, Metric::request_wire};
  MetricFamily family = empty_family(kMetric[d]);
  for (const auto& [key, path] : paths_) {
    family.series.push_back({labels(key), 0, path.histograms[d]});
    auto& slowest = family.series.back().histogram->slowest;
    if (slowest && now_ - slowest->time >= kExemplarFor) slowest.reset();
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
  append_counts(set);
  append_ways(set);
}

void MetricTable::append_counts(MetricSet& set) const {
  const auto columns = metric_columns();
  for (std::size_t i = 0; i < columns.size();) {
    const Metric metric = columns[i].metric;
    MetricFamily family = empty_family(metric);
    const double unit = family.unit == "seconds" ? 1e9 : 1;
    // The label of its own, after those of the path.
    const std::string_view all = describe(metric).labels;
    const std::string own(all.substr(all.rfind(' ') + 1));
    for (; i < columns.size() && columns[i].metric == metric; ++i) {
      for (const auto& [key, path] : paths_) {
        family.series.push_back({labels(key),
                                 static_cast<double>(path.counts[i]) / unit,
                                 std::nullopt});
        if (columns[i].label.empty()) continue;
        family.series.back().labels.push_back(
            {own, std::string(columns[i].label)});
      }
    }
    set.push_back(std::move(family));
  }
}

void MetricTable::append_ways(MetricSet& set) const {
  MetricFamily packets = empty_family(Metric::flow_packets),
               bytes = empty_family(Metric::flow_bytes),
               between = empty_family(Metric::inter_zone_bytes);
  for (const auto& [key, way] : ways_) {
    const auto& [zones, transport] = key;
    auto named = labels(zones);
    named.push_back({"transport", std::string(word(transport))});
    packets.series.push_back(
        {named, static_cast<double>(way.packets), std::nullopt});
    const auto octets = static_cast<double>(way.bytes);
    bytes.series.push_back({std::move(named), octets, std::nullopt});
    if (!zones.relation.starts_with(to_word(ZoneRelation::cross))) continue;
    // The transports of a way follow each other.
    std::vector<MetricLabel> pair = {{"src_zone", zones.source},
                                     {"dst_zone", zones.destination}};
    auto& series = between.series;
    if (!series.empty() && series.back().labels == pair) {
      series.back().value += octets;
    } else {
      series.push_back({std::move(pair), octets, std::nullopt});
    }
  }
  for (MetricFamily* family : {&packets, &bytes, &between}) {
    set.push_back(std::move(*family));
  }
}

}  // namespace netlat
