#include "tools/capture/objectives.h"

#include <fmt/format.h>

#include <algorithm>

#include "netlat/report/messages.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

// "7.21 ms", or the share of bad events.
std::string measured(const ObjectiveWatch& watch) {
  const ObjectiveState& state = watch.state();
  if (state.value) return ms_text(*state.value) + " ms";
  if (is_time(watch.objective().quantity)) return "too few samples";
  return percent_text(state.bad, state.events);
}

}  // namespace

Objectives::Objectives(const std::vector<Objective>& objectives) {
  for (const Objective& o : objectives) watches_.emplace_back(o);
}

const std::vector<std::size_t>& Objectives::advance(const Interval& interval,
                                                    const ZoneLabeler* zones,
                                                    bool tainted) {
  changed_.clear();
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    if (watches_[i].advance(interval, zones, tainted)) changed_.push_back(i);
  }
  return changed_;
}

void Objectives::replace(const std::vector<Objective>& objectives) {
  std::vector<ObjectiveWatch> next;
  for (const Objective& o : objectives) {
    const auto same = std::find_if(
        watches_.begin(), watches_.end(),
        [&](const auto& watch) { return watch.objective().text == o.text; });
    if (same == watches_.end()) {
      next.emplace_back(o);
    } else {
      next.push_back(std::move(*same));
      watches_.erase(same);
    }
  }
  watches_ = std::move(next);
}

std::string Objectives::status() const {
  if (watches_.empty()) return {};
  std::string broken;
  std::size_t kept = 0;
  for (const ObjectiveWatch& watch : watches_) {
    if (watch.state().verdict == ObjectiveVerdict::kept) ++kept;
    if (watch.state().verdict != ObjectiveVerdict::broken) continue;
    broken += fmt::format("  BROKEN {} ({})", one_line(watch.objective().text),
                          measured(watch));
  }
  if (!broken.empty()) return broken;
  return fmt::format("  SLO {} of {} kept", kept, watches_.size());
}

std::string Objectives::announcement(const ObjectiveWatch& watch, Stamp at) {
  const ObjectiveState& state = watch.state();
  const bool broken = state.verdict == ObjectiveVerdict::broken;
  return fmt::format(
      "{} {} {}: {} now, {} of {} events bad in {} s, burn rate {:.1f}\n",
      time_text(at).substr(0, 8), broken ? "ALERT broken" : "ALERT over",
      one_line(watch.objective().text), measured(watch), count_text(state.bad),
      count_text(state.events),
      std::chrono::duration_cast<std::chrono::seconds>(watch.objective().window)
          .count(),
      state.burn.value_or(0));
}

}  // namespace netlat
