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
             zones->name(row.client_zone) == objective_.client_zone &&
             zones->name(row.server_zone) == objective_.server_zone;
  }
  return false;
}

void ObjectiveWatch::add(const IntervalStats& row, bool tainted,
                         Second& second) {
  if (is_time(objective_.quantity)) {
    const ExponentialHistogram& h = times(objective_.quantity, row);
    second.events += h.totals().n;
    second.bad += h.count_above(objective_.limit);
    shown_.back().merge(h);
    return;
  }
  if (tainted) return;
  if (objective_.quantity == ObjectiveQuantity::failures) {
    second.bad += row.connect_failures;
    second.events += row.connects + row.connect_failures;
    return;
  }
  second.events += row.segments;
  second.bad += objective_.quantity == ObjectiveQuantity::loss
                    ? row.lost
                    : row.retransmits;
}

bool ObjectiveWatch::advance(const Interval& interval, const ZoneLabeler* zones,
                             bool tainted) {
  Second second;
  second.end = interval.end;
  if (shown_.size() == kShown) shown_.pop_front();
  shown_.emplace_back();
  for (const IntervalStats& row : interval.services) {
    if (concerns(row, zones)) add(row, tainted, second);
  }
  if (objective_.scope == ObjectiveScope::all) {
    add(interval.others, tainted, second);
  }
  // A clock that stepped back begins anew.
  if (!seconds_.empty() && second.end < seconds_.back().end) {
    seconds_.clear();
    lately_ = 0;
    state_.bad = state_.events = state_.bad_lately = state_.events_lately = 0;
  }
  seconds_.push_back(second);
  ++lately_;
  state_.bad += second.bad;
  state_.events += second.events;
  state_.bad_lately += second.bad;
  state_.events_lately += second.events;
  const auto over = [&](const Second& s, Nanos window) {
    return second.end - s.end >= window;
  };
  while (over(seconds_[seconds_.size() - lately_], objective_.short_window())) {
    const Second& old = seconds_[seconds_.size() - lately_];
    state_.bad_lately -= old.bad;
    state_.events_lately -= old.events;
    --lately_;
  }
  while (over(seconds_.front(), objective_.window)) {
    state_.bad -= seconds_.front().bad;
    state_.events -= seconds_.front().events;
    seconds_.pop_front();
  }
  const ObjectiveVerdict before = state_.verdict;
  judge(second);
  return (before == ObjectiveVerdict::broken) !=
         (state_.verdict == ObjectiveVerdict::broken);
}

void ObjectiveWatch::judge(const Second& latest) {
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
  state_.since = latest.end;
  ++state_.times_broken;
}

}  // namespace netlat
