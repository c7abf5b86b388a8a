// What a session sends beside what it was asked for: a flow that is tried, and
// the lanes that were found so.

#include <algorithm>
#include <cmath>

#include "lib/probe/session.h"

namespace netlat {

namespace {

// Rounds after a change of route until each hop of each lane has answered anew.
constexpr int kSettling = 3;
// Of traceroute from the beginning: nobody listens there.
constexpr Port kTracingPort = 33434;

}  // namespace

// The lanes found go first where both are due: they have their pace.
Session::Due Session::background_due() const {
  Due best;
  if (!exploration_) return best;
  const Nanos free = exploration_->free_at();
  for (std::size_t i = 0; i < travellers_.size(); ++i) {
    const Traveller& t = travellers_[i];
    if (t.role != Role::discovered || t.lane->busy()) continue;
    if (const auto ttl = t.path.search(); ttl && free < best.when) {
      best = {free, i, *ttl};
    }
    for (unsigned n = plan_.first_ttl; n <= t.path.limit(); ++n) {
      const Nanos when = std::max(t.rows[n].due, free);
      if (t.rows[n].rounds == 0 || when >= best.when) continue;
      best = {when, i, static_cast<std::uint8_t>(n)};
    }
  }
  const Due flow = flow_due(free);
  return flow.when < best.when ? flow : best;
}

// Of the flow that is tried, or of the next one to be opened.
Session::Due Session::flow_due(Nanos free) const {
  const Traveller& last = travellers_.back();
  if (trying()) {
    if (last.lane->busy()) return {};
    if (const auto ttl = last.path.search()) {
      return {free, travellers_.size() - 1, *ttl};
    }
    for (unsigned n = plan_.first_ttl; n <= last.path.limit(); ++n) {
      if (last.rows[n].rounds < Exploration::kAttempts) {
        return {free, travellers_.size() - 1, static_cast<std::uint8_t>(n)};
      }
    }
    return {};
  }
  const Nanos next = exploration_->next_flow();
  // The lanes asked for are known first.
  const bool known = std::all_of(
      travellers_.begin(), travellers_.end(), [&](const Traveller& t) {
        return t.role != Role::asked_for ||
               (!t.path.search() &&
                t.rows[plan_.first_ttl].rounds > Exploration::kAttempts);
      });
  if (!known || next == kNever) return {};
  return {std::max(next, free), travellers_.size(), plan_.first_ttl};
}

bool Session::try_a_flow() {
  ProbePlan plan = plan_;
  plan.source_port = 0;
  if (plan.protocol == ProbeProtocol::icmp) {
    plan.protocol = ProbeProtocol::udp;
    plan.port = kTracingPort;
  }
  if (shown() < kMostLanes && add_traveller(plan, Role::tried)) return true;
  exploration_->stop();
  return false;
}

Nanos Session::background_pace() const {
  unsigned hops = 0;
  for (const Traveller& t : travellers_) {
    if (t.role == Role::discovered) {
      hops += t.path.limit() + 1u - plan_.first_ttl;
    }
  }
  return std::max(plan_.interval, exploration_->pace(hops));
}

void Session::send_background(const Due& due, Nanos now) {
  if (due.traveller == travellers_.size() && !try_a_flow()) return;
  Traveller& t = travellers_[due.traveller];
  Row& row = t.rows[due.ttl];
  if (t.path.search() == due.ttl) t.path.searched(due.ttl);
  ++row.rounds;
  std::uniform_real_distribution<double> jitter(0.9, 1.1);
  const auto pace = static_cast<double>(background_pace().count());
  row.due = now + Nanos{std::llround(pace * jitter(random_))};
  // In charts it stands at the round the lanes asked for are in.
  const std::uint32_t on = travellers_.front().rows[plan_.first_ttl].rounds;
  transmit(t, due.ttl, std::max(on, 1u) - 1);
  exploration_->spend(now);
}

bool Session::tried_all() const {
  const Traveller& t = travellers_.back();
  if (t.path.search()) return false;
  for (unsigned n = plan_.first_ttl; n <= t.path.limit(); ++n) {
    if (t.rows[n].rounds < Exploration::kAttempts) return false;
  }
  return std::none_of(out_.begin(), out_.end(), [&](std::uint64_t number) {
    const SentProbe* probe = registry_.find(number);
    return probe != nullptr && probe->lane == travellers_.size() - 1;
  });
}

void Session::settle_tried_flow() {
  if (!exploration_) return;
  std::uint32_t epochs = 0;
  for (std::size_t i = 0; i < shown(); ++i) {
    epochs += travellers_[i].path.epoch();
  }
  const Instant now = Instant::now();
  exploration_->see_epochs(epochs, now.steady + kSettling * background_pace());
  if (!trying() || !tried_all()) return;
  const std::size_t at = travellers_.size() - 1;
  const auto news =
      exploration_->take(outline(at, at + 1), outline(0, at), now.steady);
  if (!news) return travellers_.pop_back();
  travellers_.back().role = Role::discovered;
  PathEvent event;
  event.kind = PathEventKind::way_found;
  event.wall = now.wall;
  event.lane = static_cast<std::uint16_t>(at);
  event.ttl = news->ttl;
  event.after = news->address;
  ways_found_.push_back(event);
}

// Who answers where on some lanes, numbered from 0, and nothing more.
PathReport Session::outline(std::size_t from, std::size_t to) const {
  PathReport out;
  out.plan.first_ttl = plan_.first_ttl;
  for (std::size_t i = from; i < to; ++i) {
    const Traveller& t = travellers_[i];
    out.lanes.push_back({t.lane->source, t.lane->source_port, t.path.epoch(),
                         t.path.distance()});
    for (const HopSeries& s : t.path.all()) {
      if (s.sent == 0 || t.path.beyond(s)) continue;
      HopSeries& bare = out.series.emplace_back();
      bare.lane = static_cast<std::uint16_t>(i - from);
      bare.ttl = s.ttl;
      bare.epoch = s.epoch;
      bare.address = s.address;
      bare.kind = s.kind;
    }
  }
  return out;
}

}  // namespace netlat
