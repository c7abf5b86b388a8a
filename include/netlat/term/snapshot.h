#pragma once
// Everything a screen is drawn from, as of one moment.  Never changed once it
// is made: a view that is paused keeps the one it has.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/term/flow_trace.h"
#include "netlat/term/order.h"
#include "netlat/term/records.h"
#include "netlat/term/series.h"

namespace netlat {

/// How a row fares against what was promised.
enum class Standing : std::uint8_t {
  none,          ///< nothing was promised
  insufficient,  ///< too few samples to say
  kept,
  close,  ///< above kCloseShare of the limit
  broken
};
inline constexpr double kCloseShare = 0.8;

struct Promise {
  Standing standing = Standing::none;
  std::string text;  ///< "p99<5ms"
  double used = 0;   ///< value over limit; above 1 is broken
};

/// What one row shows.
struct RowValues {
  Quantiles network, service;
  Half half = Half::server;
  TrafficCounts counts;
  double seconds = 0;  ///< length of the window as far as it was recorded
  bool tainted = false;
};

/// A service, a pair of zones, or everything.
struct TrafficRow {
  std::string name;                      ///< "10.0.0.7:5432", "az1 > az2"
  std::string client_zone, server_zone;  ///< of a pair
  RowValues values;
  Promise promise;
  /// Snapshot::metric of each step: ns at the highest percentile that has
  /// enough samples, or a share.  Newest last.
  std::vector<std::optional<float>> trend;
};

struct EventRow {
  Stamp time;
  Standing severity = Standing::none;  ///< broken, close; none: a remark
  std::string where, what;
  std::vector<std::string> evidence;
  bool open = false;
  std::uint64_t times = 1;   ///< told once for so many
  std::uint64_t number = 0;  ///< unique, ascending
};

enum class SourceState : std::uint8_t {
  waiting,  ///< no record yet
  live,
  replay,
  ended,  ///< there will be no more
  failed  ///< and that is not right
};

/// Distribution over time of one row, for the heat map and the detail.
struct HeatColumns {
  std::string name;
  Nanos step{0};
  std::vector<std::optional<ExponentialHistogram>> columns;  ///< newest last
};

/// Connections; never null, never changed.
using FlowList =
    std::shared_ptr<const std::vector<std::shared_ptr<const FlowRow>>>;

struct Snapshot {
  SourceState state = SourceState::waiting;
  std::string source;             ///< "eth0", "incident.pcap"
  std::string remark;             ///< why it ended or failed; the last problem
  std::optional<Stamp> at;        ///< end of what is shown; none: no record yet
  std::optional<Stamp> earliest;  ///< how far back history reaches
  bool past = false;              ///< `at` was chosen
  double speed = 1;               ///< of a replay
  Nanos window{0};
  double packets_per_second = 0, bits_per_second = 0;
  std::uint64_t dropped = 0;  ///< by the capture, in the window
  bool has_zones = false;
  TrafficRow total;
  std::vector<std::optional<TrendPoint>> timeline;  ///< of everything
  Metric metric = Metric::rtt;                      ///< of trends
  Nanos trend_step = Series::kTrendStep;
  std::vector<TrafficRow> services, pairs;  ///< busiest first
  /// As SnapshotQuery asks for them; empty if `listed` is not set.
  FlowList flows =
      std::make_shared<std::vector<std::shared_ptr<const FlowRow>>>();
  bool listed = false;
  std::uint64_t all_flows = 0, open_flows = 0;  ///< if `listed`
  /// If not: those of SnapshotQuery::flow_ids that are there, as they are now.
  std::vector<std::shared_ptr<const FlowRow>> fresh_flows;
  std::vector<EventRow> events;  ///< newest first
  std::optional<HeatColumns> heat;
  /// Of the connection whose detail was asked for; null: none yet.
  std::shared_ptr<const FlowTrace> trace;
  std::string trace_of;    ///< its flow_name()
  std::string trace_text;  ///< why there is none
  std::vector<HopLine> hops;
  std::string path;  ///< what the hops lead to, and how the probe fares
};

}  // namespace netlat
