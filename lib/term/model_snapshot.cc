// A Model as of one moment.

#include <algorithm>

#include "netlat/term/model.h"
#include "netlat/term/promise.h"

namespace netlat {

namespace {

double seconds_of(Nanos t) {
  return std::chrono::duration<double>(t).count();
}

// Rates are of so many seconds, so that their digits can be read.
constexpr Nanos kRateWindow = std::chrono::seconds(5);

}  // namespace

TrafficRow Model::row_of(const std::string& name, const Series& series,
                         const RowIdentity& id, const SnapshotQuery& query,
                         Stamp until) const {
  const WindowStats window = series.over(until - query.window, until);
  TrafficRow row;
  row.name = name;
  row.client_zone = id.client_zone;
  row.server_zone = id.server_zone;
  row.values.half = window.half();
  row.values.network = window.network().quantiles();
  row.values.service = window.service.quantiles();
  row.values.counts = window.counts;
  row.values.tainted = window.tainted;
  const Stamp from =
      std::max(until - query.window, total_.earliest().value_or(until));
  row.values.seconds = std::max(seconds_of(until - from), 1.0);
  row.promise = judge(objectives_, id, window);
  constexpr std::size_t kMost = 90;  // as far as steps reach back
  row.trend = series.trend(until, std::min(query.trend_columns, kMost),
                           query.trend_step, query.metric);
  return row;
}

std::vector<TrafficRow> Model::rows_of(const KeyedSeries& all, bool pairs,
                                       const SnapshotQuery& query,
                                       Stamp until) const {
  std::vector<TrafficRow> rows;
  for (const auto& [name, series] : all) {
    TrafficRow row = row_of(name, series, identity(name, pairs), query, until);
    const bool seen =
        row.values.counts.packets > 0 ||
        std::any_of(row.trend.begin(), row.trend.end(),
                    [](const auto& point) { return point.has_value(); });
    if (seen) rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TrafficRow& a, const TrafficRow& b) {
                     return a.values.counts.packets > b.values.counts.packets;
                   });
  return rows;
}

const Series& Model::series_named(const std::string& name) const {
  for (const KeyedSeries* all : {&pairs_, &services_}) {
    if (const auto at = all->find(name); at != all->end()) return at->second;
  }
  return total_;
}

Snapshot Model::snapshot(const SnapshotQuery& query) const {
  Snapshot s;
  s.window = query.window;
  s.remark = remark_;
  s.source = source_;
  if (ended_) s.state = SourceState::ended;
  if (!latest()) return s;
  const Stamp until = std::min(query.at.value_or(*latest()), *latest());
  s.at = until;
  s.earliest = total_.earliest();
  s.past = query.at.has_value() && until < *latest();
  s.has_zones = !pairs_.empty();
  s.total = row_of("everything", total_, RowIdentity{}, query, until);
  s.timeline = total_.trend(until, query.trend_columns, query.trend_step);
  s.trend_step = query.trend_step;
  s.metric = query.metric;
  if (query.services || pairs_.empty()) {
    s.services = rows_of(services_, false, query, until);
  }
  s.pairs = rows_of(pairs_, true, query, until);

  const WindowStats lately = total_.over(until - kRateWindow, until);
  const double span =
      std::clamp(seconds_of(until - *s.earliest), 1.0, seconds_of(kRateWindow));
  s.packets_per_second = static_cast<double>(lately.counts.packets) / span;
  s.bits_per_second = 8 * static_cast<double>(lately.counts.bytes) / span;
  s.dropped = dropped_between(until - query.window, until);

  const bool known = query.listed && *query.listed <= until &&
                     until - *query.listed < kListHolds;
  if (!known) list_flows(query, until, s);
  for (const std::uint64_t id : query.flow_ids) {
    const auto found = flows_.find(FlowKey{Transport::tcp, id});
    if (found == flows_.end()) continue;
    s.fresh_flows.push_back(
        std::make_shared<const FlowRow>(found->second.unpack()));
  }
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->time <= until) s.events.push_back(*event);
  }
  // Ends of connections are told of late.
  std::stable_sort(
      s.events.begin(), s.events.end(),
      [](const EventRow& a, const EventRow& b) { return a.time > b.time; });
  if (query.heat_columns > 0) {
    const Series& series = series_named(query.heat_of);
    HeatColumns heat;
    heat.name = &series == &total_ ? s.total.name : query.heat_of;
    heat.step = query.heat_step;
    heat.columns = series.heat(until, query.heat_step, query.heat_columns);
    s.heat = std::move(heat);
  }
  return s;
}

void Model::list_flows(const SnapshotQuery& query, Stamp until,
                       Snapshot& snapshot) const {
  // All of few, so that a filter can be taken away while the picture stands.
  const bool all = flows_.size() <= kMostListed;
  std::vector<std::pair<double, const PackedFlow*>> ranked;
  for (const auto& [key, packed] : flows_) {
    if (key.proto != Transport::tcp) continue;
    const FlowRow flow = packed.unpack();
    if (flow.start_time > until) continue;
    ++snapshot.all_flows;
    if (flow.end == FlowEnd::open) ++snapshot.open_flows;
    if (!all && query.where && !matches(*query.where, flow)) continue;
    const double value = all ? 0 : rank(flow, query.order);
    ranked.emplace_back(query.descending ? -value : value, &packed);
  }
  if (ranked.size() > kMostListed) {
    std::nth_element(
        ranked.begin(), ranked.begin() + kMostListed, ranked.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    ranked.resize(kMostListed);
  }
  std::vector<std::shared_ptr<const FlowRow>> list;
  list.reserve(ranked.size());
  for (const auto& [value, packed] : ranked) {
    list.push_back(std::make_shared<const FlowRow>(packed->unpack()));
  }
  snapshot.flows = std::make_shared<const decltype(list)>(std::move(list));
  snapshot.listed = true;
}

std::uint64_t Model::dropped_between(Stamp from, Stamp until) const {
  std::uint64_t sum = 0;
  for (const auto& [time, count] : drops_) {
    if (time > from && time <= until) sum += count;
  }
  return sum;
}

}  // namespace netlat
