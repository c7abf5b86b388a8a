#include "tools/capture/objectives.h"

#include <fmt/format.h>

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

std::string objectives_text(const ObjectiveSet& objectives) {
  if (objectives.watches().empty()) return {};
  std::string broken;
  std::size_t kept = 0;
  for (const ObjectiveWatch& watch : objectives.watches()) {
    if (watch.state().verdict == ObjectiveVerdict::kept) ++kept;
    if (watch.state().verdict != ObjectiveVerdict::broken) continue;
    broken += fmt::format("  BROKEN {} ({})", one_line(watch.objective().text),
                          measured(watch));
  }
  if (!broken.empty()) return broken;
  return fmt::format("  SLO {} of {} kept", kept, objectives.watches().size());
}

std::string objective_change_text(const ObjectiveWatch& watch, Stamp at) {
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
