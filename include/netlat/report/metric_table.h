#pragma once
// What passed since the start, by where it went, for a monitoring system.
//
// Problem: a monitoring system pays for every series for weeks, so a label that
// strangers can choose (an address, a port of a client) may end it.  Method:
// traffic is told apart by its pair of zones, and by service only when asked
// to; services beyond a number share the label "other", and beyond so many
// series in all everything new does.  Label sets that were idle for an hour go,
// and make room.  Cost: one look-up a row of an interval, once a second.  What
// TCP did on a path from client to server is one table, what packets of all
// transports took a way from zone to zone another, which gets a twelfth of the
// series: it has three for a label set where the first has over a hundred.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlat/measure/interval_table.h"
#include "netlat/measure/zone_label.h"
#include "netlat/measure/zone_traffic.h"
#include "netlat/report/metric_set.h"

namespace netlat {

struct MetricTableOptions {
  bool by_service = false;
  std::size_t most_services = 20;  ///< with a name of their own
  /// With what objectives and the capture itself have, no more than 10,000.
  std::size_t most_series = 8'000;
  std::vector<ServiceKey> services;  ///< these have one always
  std::vector<double> bounds;        ///< further classic bounds, seconds
};

class MetricTable {
 public:
  explicit MetricTable(MetricTableOptions options);

  /// All rows of the interval still in it.  `zones` is null without a map.
  void add(const Interval& interval, const ZoneLabeler* zones);
  /// The packets of an interval that add() was called for before.
  void add(const std::vector<ZoneWay>& ways, const ZoneLabeler* zones);

  /// Appends the families told apart by traffic, as they are now.
  void append_to(MetricSet& set) const;

  std::size_t label_sets() const noexcept { return paths_.size(); }
  std::size_t most_label_sets() const noexcept { return most_; }
  /// Rows and ways that were counted as "other" for want of series.
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Key {
    std::string source, destination;  // zones; of a path client and server
    std::string_view relation;
    std::string service;

    friend auto operator<=>(const Key&, const Key&) = default;
  };
  enum Distribution { server_rtt, client_rtt, handshake, service, wire };
  struct Path {
    std::array<MetricHistogram, wire + 1> histograms;
    std::vector<std::uint64_t> counts;  // by metric_columns()
    Stamp used;
  };
  using WayKey = std::pair<Key, Transport>;
  struct Way {
    std::uint64_t packets = 0, bytes = 0;
    Stamp used;
  };
  struct Named {
    std::string text;
    Stamp used;
  };

  Path& path(Key key);
  Key others() const;
  static Key key_of(const ZonePlace& source, const ZonePlace& destination,
                    const ZoneLabeler* zones);
  Way& way(WayKey key);
  const std::string& service_name(const IntervalStats& row);
  void count(const IntervalStats& row, Path& path);
  void expire();
  std::vector<MetricLabel> labels(const Key& key) const;
  MetricFamily histogram_family(Distribution d) const;
  void append_counts(MetricSet& set) const;
  void append_ways(MetricSet& set) const;

  MetricTableOptions options_;
  std::vector<double> bounds_;
  std::size_t most_, most_ways_;
  Stamp now_;
  std::map<ServiceKey, Named> named_;
  std::size_t always_ = 0;
  std::map<Key, Path> paths_;
  std::map<WayKey, Way> ways_;
  std::uint64_t refused_ = 0;
};

}  // namespace netlat
