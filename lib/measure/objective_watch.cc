#include "netlat/measure/objective_watch.h"

#include <algorithm>
#include <utility>

#include "netlat/measure/shown_half.h"

namespace netlat {

namespace {

const ExponentialHistogram& times(ObjectiveQuantity quantity,
                                  const IntervalStats& row) {
  switch (quantity) {
    case ObjectiveQuantity::network: {
      HalfRtt server, client;
      server.network = row.server_rtt.quantiles();
      client.network = row.client_rtt.quantiles();
      return shown_half(server, client) == Half::server ? row.server_rtt
                                                        : row.client_rtt;
    }
    case ObjectiveQuantity::turns:
      return row.turns;
    case ObjectiveQuantity::handshake:
      return row.handshake;
    default:
      return row.service;
  }
}

std::optional<double> burn(std::uint64_t bad, std::uint64_t events,
                           double budget) {
  if (events == 0) return std::nullopt;
  return static_cast<double>(bad) / static_cast<double>(events) / budget;
}

}  // namespace

std::string_view to_word(ObjectiveVerdict verdict) noexcept {
  constexpr std::string_view kWords[] = {"insufficient", "kept", "broken"};
  return kWords[static_cast<std::size_t>(verdict)];
}

ObjectiveWatch::ObjectiveWatch(Objective objective)
    : objective_(std::move(objective)) {}

bool ObjectiveWatch::concerns(const IntervalStats& row,
                              const ZoneLabeler* zones) const {
  switch (objective_.scope) {
    case ObjectiveScope::all:
      return true;
    case ObjectiveScope::service:
      return !row.rest && row.key == objective_.service;
    case ObjectiveScope::zone_pair:
      return zones != nullptr &&
             objective_.concerns_pair(zones->name(row.client_zone),
                                      zones->name(row.server_zone));
  }
  return false;
}

void ObjectiveWatch::add(const IntervalStats& row, bool tainted, Step& now) {
  if (is_time(objective_.quantity)) {
    const ExponentialHistogram& h = times(objective_.quantity, row);
    now.events += h.totals().n;
    now.bad += h.count_above(objective_.limit);
    shown_.back().merge(h);
    return;
  }
  if (tainted) return;
  if (objective_.quantity == ObjectiveQuantity::failures) {
    now.bad += row.connect_failures;
    now.events += row.connects + row.connect_failures;
    return;
  }
  now.events += row.segments;
  now.bad += objective_.quantity == ObjectiveQuantity::loss ? row.lost
                                                            : row.retransmits;
}

bool ObjectiveWatch::advance(const Interval& interval, const ZoneLabeler* zones,
                             bool tainted) {
  Step now;
  now.end = interval.end;
  if (shown_.size() == kShown) shown_.pop_front();
  shown_.emplace_back();
  for (const IntervalStats& row : interval.services) {
    if (concerns(row, zones)) add(row, tainted, now);
  }
  if (objective_.scope == ObjectiveScope::all) {
    add(interval.others, tainted, now);
  }
  keep(now);
  const ObjectiveVerdict before = state_.verdict;
  judge(now.end);
  return (before == ObjectiveVerdict::broken) !=
         (state_.verdict == ObjectiveVerdict::broken);
}

void ObjectiveWatch::keep(const Step& now) {
  // A clock that stepped back begins anew.
  if (!steps_.empty() && now.end < steps_.back().end) {
    steps_.clear();
    lately_ = 0;
    state_.bad = state_.events = state_.bad_lately = state_.events_lately = 0;
  }
  const Nanos step = objective_.window / kMostSteps;
  const auto number = [&](const Step& s) {
    return (s.end.time_since_epoch() - Nanos{1}) / step;
  };
  if (!steps_.empty() && number(steps_.back()) == number(now)) {
    steps_.back().end = now.end;
    steps_.back().bad += now.bad;
    steps_.back().events += now.events;
  } else {
    steps_.push_back(now);
    ++lately_;
  }
  state_.bad += now.bad;
  state_.events += now.events;
  state_.bad_lately += now.bad;
  state_.events_lately += now.events;
  const auto over = [&](const Step& s, Nanos window) {
    return now.end - s.end >= window;
  };
  while (over(steps_[steps_.size() - lately_], objective_.short_window())) {
    const Step& old = steps_[steps_.size() - lately_];
    state_.bad_lately -= old.bad;
    state_.events_lately -= old.events;
    --lately_;
  }
  while (over(steps_.front(), objective_.window)) {
    state_.bad -= steps_.front().bad;
    state_.events -= steps_.front().events;
    steps_.pop_front();
  }
}

void ObjectiveWatch::judge(Stamp now) {
  const double budget = objective_.budget();
  state_.burn = burn(state_.bad, state_.events, budget);
  state_.burn_lately = burn(state_.bad_lately, state_.events_lately, budget);
  ExponentialHistogram together;
  for (const ExponentialHistogram& h : shown_) together.merge(h);
  state_.value.reset();
  if (is_time(objective_.quantity) && together.totals().n >= objective_.least) {
    state_.value = together.quantile(objective_.per_mille);
  }
  if (state_.events < objective_.least) {
    state_.verdict = ObjectiveVerdict::insufficient;
    return;
  }
  // Silence after trouble proves nothing better.
  const bool lately = state_.burn_lately
                          ? *state_.burn_lately >= objective_.burn
                          : state_.verdict == ObjectiveVerdict::broken;
  const bool burns = *state_.burn >= objective_.burn && lately;
  if (!burns) {
    state_.verdict = ObjectiveVerdict::kept;
    return;
  }
  if (state_.verdict == ObjectiveVerdict::broken) return;
  state_.verdict = ObjectiveVerdict::broken;
  state_.since = now;
  ++state_.times_broken;
}

}  // namespace netlat
