// What a session knows, as a value.

#include <algorithm>

#include "lib/probe/session.h"

namespace netlat {

PathReport Session::report() const {
  PathReport out;
  out.plan = plan_;
  out.sent = sent_;
  out.send_failures = send_failures_;
  out.send_error = send_error_;
  out.started = started_.wall;
  out.elapsed = std::max(Nanos{0}, ended_.steady - started_.steady);
  out.complete = done();
  out.target = target_;
  if (check_) out.echo = check_->report();
  out.events = ways_found_;
  if (exploration_) out.exploration = exploration_->report();
  for (std::size_t i = 0; i < shown(); ++i) {
    const Traveller& t = travellers_[i];
    out.lanes.push_back({t.lane->source, t.lane->source_port, t.path.epoch(),
                         t.path.distance(), t.role == Role::discovered,
                         t.lane->in_use});
    out.strangers += t.lane->strangers;
    for (const HopSeries& s : t.path.all()) {
      if (s.sent > 0 && !t.path.beyond(s)) out.series.push_back(s);
    }
    out.events.insert(out.events.end(), t.path.events().begin(),
                      t.path.events().end());
  }
  std::stable_sort(
      out.events.begin(), out.events.end(),
      [](const auto& a, const auto& b) { return a.wall < b.wall; });
  for (const std::uint64_t number : out_) {
    const SentProbe* probe = registry_.find(number);
    if (probe == nullptr || probe->lane >= shown()) continue;
    const LanePath& path = travellers_[probe->lane].path;
    if (!path.counts(*probe)) continue;
    const HopSeries& from = path.series(probe->series);
    for (HopSeries& s : out.series) {
      if (s.lane == from.lane && s.ttl == from.ttl && s.epoch == from.epoch &&
          s.address == from.address) {
        --s.sent;
      }
    }
  }
  return out;
}

}  // namespace netlat
