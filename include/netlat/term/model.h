#pragma once
// What the records of one source add up to: history by service and by pair of
// zones, connections as they were last told of, events.
//
// Memory is bounded whatever comes: keys and connections beyond the limits
// displace those longest without news.  Not to be used from two threads at a
// time.

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "netlat/measure/objective.h"
#include "netlat/measure/where.h"
#include "netlat/term/order.h"
#include "netlat/term/packed_flow.h"
#include "netlat/term/promise.h"
#include "netlat/term/series.h"
#include "netlat/term/snapshot.h"

namespace netlat {

/// What a snapshot is wanted of.
struct SnapshotQuery {
  std::optional<Stamp> at;  ///< nothing: as new as there is
  Nanos window = std::chrono::minutes(1);
  std::size_t trend_columns = 60;
  Nanos trend_step = Series::kTrendStep;  ///< or a second
  Metric metric = Metric::rtt;
  bool services = true;  ///< else pairs of zones alone, if there are any
  /// Row whose distribution over time is wanted; empty: everything.
  std::string heat_of;
  Nanos heat_step = std::chrono::seconds(1);
  std::size_t heat_columns = 0;  ///< 0: not wanted
  /// The list of connections is wanted unless one of this time is there, which
  /// is good for kListHolds: all, or if there are more than kMostListed the
  /// foremost of those that match.
  std::optional<Stamp> listed;
  Order order = Order::p99;
  bool descending = true;
  const Where* where = nullptr;  ///< null: all
  std::vector<std::uint64_t> flow_ids;
};

class Model {
 public:
  static constexpr std::size_t kMostKeys = 512;
  static constexpr std::size_t kMostFlows = 50'000;
  static constexpr std::size_t kMostEvents = 500;
  static constexpr std::size_t kMostListed = 4'000;
  /// Rows change places no more often than this.
  static constexpr Nanos kListHolds = std::chrono::seconds(5);

  explicit Model(std::vector<Objective> objectives = {})
      : objectives_(std::move(objectives)) {}

  void apply(Record record);
  /// Nothing has come that a screen could show.
  bool empty() const { return !latest() && flows_.empty() && events_.empty(); }
  /// End of the latest interval; nothing before the first.
  std::optional<Stamp> latest() const { return total_.latest(); }

  /// Without `source`, `speed` and whatever else records do not say.
  Snapshot snapshot(const SnapshotQuery& query) const;

  std::size_t memory_bytes() const;

 private:
  using KeyedSeries = std::map<std::string, Series>;
  struct FlowKey {
    Transport proto;
    std::uint64_t id;
    friend bool operator==(const FlowKey&, const FlowKey&) = default;
  };
  struct FlowKeyHash {
    std::size_t operator()(const FlowKey& k) const noexcept {
      return k.id * 8 + static_cast<std::size_t>(k.proto);
    }
  };

  void list_flows(const SnapshotQuery& query, Stamp until,
                  Snapshot& snapshot) const;
  void take(const IntervalRecord& interval);
  void take(const FlowRow& flow);
  void take(const AlertRecord& alert);
  void take(const NoticeRecord& notice);
  void note_drops(const IntervalRecord& interval);
  void add_event(EventRow event);
  void add_to(KeyedSeries& all, const std::string& key,
              const IntervalRecord& interval);
  void forget_old_flows();
  void judge_rows();
  void judge_all(const KeyedSeries& all, bool pairs);
  static std::vector<std::string> breach_evidence(const WindowStats& lately);
  RowIdentity identity(const std::string& name, bool pair) const;
  TrafficRow row_of(const std::string& name, const Series& series,
                    const RowIdentity& id, const SnapshotQuery& query,
                    Stamp until) const;
  std::vector<TrafficRow> rows_of(const KeyedSeries& all, bool pairs,
                                  const SnapshotQuery& query,
                                  Stamp until) const;
  std::uint64_t dropped_between(Stamp from, Stamp until) const;
  const Series& series_named(const std::string& name) const;

  std::vector<Objective> objectives_;
  OctetPool pool_;
  Series total_;
  KeyedSeries services_, pairs_;
  std::map<std::string, std::pair<std::string, std::string>> pair_zones_;
  std::unordered_map<FlowKey, PackedFlow, FlowKeyHash> flows_;
  std::deque<EventRow> events_;  // oldest first
  std::uint64_t events_numbered_ = 0;
  std::string source_, remark_;
  bool ended_ = false, alerts_told_ = false;
  std::deque<std::pair<Stamp, std::uint64_t>> drops_;  // of the last hour
};

}  // namespace netlat
