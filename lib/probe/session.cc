#include "lib/probe/session.h"

#include <algorithm>
#include <cmath>

#include "netlat/probe/rate_response.h"

namespace netlat {

namespace {

using std::chrono::milliseconds;

constexpr Nanos kLeastPatience = milliseconds(1000);
constexpr Nanos kMostPatience = milliseconds(10'000);
// The kernel repeats a SYN after one second.
constexpr Nanos kMostTcpPatience = milliseconds(900);
constexpr Nanos kSlack = milliseconds(50), kTcpSlack = milliseconds(200);
// Linux repeats an acknowledgement at most every half second.
constexpr Nanos kLeastBesideConnection = milliseconds(1000);
// A silent hop of a TCP lane is asked this seldom, once that many are lost.
constexpr std::uint32_t kSilentStride = 10, kSilentAfter = 3;

// Fewer would show no change at 1 %.
constexpr std::uint32_t kLeastSlowRounds = 20;

// Neighbours in either number far apart: multiples of the golden ratio.
double spread(std::size_t lane, std::uint8_t ttl) {
  constexpr double kGolden = 0.6180339887498949, kSilver = 0.4142135623730950;
  const double x =
      static_cast<double>(ttl) * kGolden + static_cast<double>(lane) * kSilver;
  return x - std::floor(x);
}

Nanos scaled(Nanos duration, double by) {
  return Nanos{std::llround(static_cast<double>(duration.count()) * by)};
}

}  // namespace

Session::Session(const ProbePlan& plan)
    : plan_(plan), random_(std::random_device{}()), started_(Instant::now()) {}

Result<std::unique_ptr<Session>> Session::open(const ProbePlan& plan) {
  std::unique_ptr<Session> session(new Session(plan));
  for (unsigned i = 0; i < plan.lanes; ++i) {
    auto added = session->add_traveller(plan, Role::asked_for);
    if (!added) return std::move(added.error());
  }
  if (plan.echoes && plan.protocol == ProbeProtocol::udp) {
    session->check_ = TargetCheck::open(plan, session->started_.steady);
  }
  if (plan.explore > 0) session->exploration_.emplace(plan.explore);
  return session;
}

Result<void> Session::add_traveller(const ProbePlan& plan, Role role) {
  const auto i = static_cast<std::uint16_t>(travellers_.size());
  auto lane = plan.protocol == ProbeProtocol::tcp
                  ? open_tcp_lane(plan, i, registry_)
                  : open_datagram_lane(plan, i, registry_);
  if (!lane) return std::move(lane.error());
  const bool in_use = (*lane)->in_use;
  if (in_use) plan_.interval = std::max(plan_.interval, kLeastBesideConnection);
  travellers_.push_back(
      {std::move(*lane),
       LanePath(i, plan.first_ttl, plan.max_ttl,
                in_use || plan.protocol == ProbeProtocol::udp),
       std::vector<Row>(std::size_t{plan.max_ttl} + 1), false, role,
       registry_.next()});
  return {};
}

Session::Due Session::first_due() const {
  Due best;
  for (std::size_t i = 0; i < travellers_.size(); ++i) {
    const Traveller& t = travellers_[i];
    if (t.role != Role::asked_for || t.lane->busy()) continue;
    for (unsigned n = plan_.first_ttl; n <= t.path.limit(); ++n) {
      const Row& row = t.rows[n];
      const auto ttl = static_cast<std::uint8_t>(n);
      if (row.rounds == 0 || row.rounds >= rounds_for(t, ttl)) continue;
      if (row.due < best.when) {
        best = {row.due, i, ttl};
      }
    }
    if (const auto ttl = t.path.search(); ttl && best.when > started_.steady) {
      best = {started_.steady, i, *ttl};
    }
  }
  const Due more = background_due();
  return more.when < best.when ? more : best;
}

Nanos Session::next_send() const {
  const Nanos due = first_due().when;
  return check_ ? std::min(due, check_->next_send()) : due;
}

std::uint32_t Session::rounds_for(const Traveller& t, std::uint8_t ttl) const {
  if (!plan_.explain || !t.path.missing(ttl)) return plan_.rounds;
  return plan_.rounds + std::max(plan_.rounds / kSlower, kLeastSlowRounds);
}

void Session::plan_next(Row& row, std::size_t traveller, std::uint8_t ttl,
                        Nanos now) {
  std::uniform_real_distribution<double> jitter(-0.1, 0.1);
  const std::uint32_t fast = std::min(row.rounds, plan_.rounds);
  const std::uint32_t slow = row.rounds - fast;
  const double rounds = static_cast<double>(fast + kSlower * slow) +
                        spread(traveller, ttl) / 2 + jitter(random_);
  row.due = row.first + scaled(plan_.interval, rounds);
  // What was missed while the program was stopped is not made up for.
  const Nanos behind = now - row.due - plan_.interval;
  if (behind <= Nanos{0}) return;
  row.first += behind;
  row.due += behind;
}

// The rounds of a hop that appears late are numbered as those of the others
// at that time, so that charts of several hops line up.  Where hops are asked
// again, the number tells slow rounds from the others.
void Session::begin(const Traveller& t, Row& row, Nanos now) const {
  const std::uint32_t on = t.rows[plan_.first_ttl].rounds;
  if (t.found && on > 0 && !plan_.explain) row.joined = on - 1;
  row.first = now;
}

void Session::send(Nanos now) {
  const Due due = first_due();
  if (check_ && check_->next_send() < due.when) {
    ++sent_;
    return check_->send(now, plan_.interval);
  }
  if (due.traveller >= travellers_.size() ||
      travellers_[due.traveller].role != Role::asked_for) {
    return send_background(due, now);
  }
  Traveller& t = travellers_[due.traveller];
  Row& row = t.rows[due.ttl];
  const bool searching = t.path.search() == due.ttl;
  if (searching) t.path.searched(due.ttl);
  if (row.rounds == 0) begin(t, row, now);
  // Slow rounds begin when answers are known to be missing.
  if (row.rounds == plan_.rounds) row.first = now - plan_.interval * row.rounds;
  const std::uint32_t before = row.rounds;
  row.rounds = std::min(before + 1, rounds_for(t, due.ttl));
  if (plan_.protocol == ProbeProtocol::tcp && t.path.silent(due.ttl) &&
      before > kSilentAfter) {
    row.rounds = std::min(before + kSilentStride, plan_.rounds);
  }
  plan_next(row, due.traveller, due.ttl, now);
  transmit(t, due.ttl, row.joined + before);
}

bool Session::transmit(Traveller& t, std::uint8_t ttl, std::uint32_t round) {
  const std::uint32_t series = t.path.series_for(ttl);
  if (!t.lane->send(ttl, round, series)) {
    ++send_failures_;
    send_error_ = t.lane->error;
    t.id_ttl.reset();  // whether the kernel counted it is not known
    return false;
  }
  t.last_probe = registry_.next() - 1;
  ++sent_;
  t.path.sent(series);
  out_.push_back(registry_.next() - 1);
  return true;
}

bool Session::prompt() const {
  return std::any_of(travellers_.begin(), travellers_.end(), [](auto& t) {
    return t.lane->prompt() ||
           (t.role == Role::asked_for && t.path.search().has_value());
  });
}

void Session::receive() {
  for (Traveller& t : travellers_) t.lane->receive(answers_);
  for (const Answer& answer : answers_) take(answer);
  answers_.clear();
  if (check_) check_->receive();
  settle_tried_flow();
}

void Session::take(const Answer& answer) {
  const SentProbe& probe = *registry_.find(answer.probe);
  std::erase(out_, probe.number);
  longest_ = std::max(longest_, answer.rtt);
  if (!told_.contains(answer.from)) untold_.insert(answer.from);
  ended_ = Instant::now();
  Traveller& t = travellers_[probe.lane];
  t.path.answered(probe, answer, ended_.wall);
  if (answer.quoted) {
    t.path.quoted(probe, answer.from, rewrite_of(t, probe, *answer.quoted));
  }
  if (t.path.distance()) t.found = true;
  if (t.path.distance() != probe.ttl || t.role == Role::tried) return;
  ++(answer.late ? target_.late : target_.answered);
  target_.rtt.add(answer.rtt);
}

void Session::reset() {
  const Nanos now = Instant::now().steady;
  if (check_) check_->reset();
  for (Traveller& t : travellers_) {
    if (t.role != Role::tried) t.path.count_from(now);
  }
}

void Session::set_interval(Nanos interval) {
  const Nanos now = Instant::now().steady;
  const bool in_use = std::any_of(travellers_.begin(), travellers_.end(),
                                  [](const auto& t) { return t.lane->in_use; });
  plan_.interval =
      in_use ? std::max(interval, kLeastBesideConnection) : interval;
  for (std::size_t i = 0; i < travellers_.size(); ++i) {
    for (unsigned n = plan_.first_ttl; n <= plan_.max_ttl; ++n) {
      Row& row = travellers_[i].rows[n];
      if (row.rounds == 0) continue;
      row.first = now - interval * row.rounds;
      plan_next(row, i, static_cast<std::uint8_t>(n), now);
    }
  }
}

void Session::tell_addresses(
    const std::function<void(const IpAddress&)>& told) {
  for (const IpAddress& address : untold_) {
    told(address);
    told_.insert(address);
  }
  untold_.clear();
}

Nanos Session::patience(const SentProbe& probe) const {
  const Lane& lane = *travellers_[probe.lane].lane;
  if (lane.least_patience > Nanos{0}) {
    return std::clamp(3 * longest_, lane.least_patience, kMostPatience);
  }
  if (plan_.protocol == ProbeProtocol::tcp) {
    if (longest_ == Nanos{0}) return kMostTcpPatience;
    return std::min(3 * longest_ + kTcpSlack, kMostTcpPatience);
  }
  const HopSeries& s = travellers_[probe.lane].path.series(probe.series);
  if (longest_ > Nanos{0} && 2 * s.answered < s.sent && all_sent()) {
    return 3 * longest_ + kSlack;
  }
  return std::clamp(3 * longest_, kLeastPatience, kMostPatience);
}

void Session::expire(Nanos now) {
  if (check_) check_->expire(now, echo_patience());
  std::erase_if(out_, [&](std::uint64_t number) {
    SentProbe* probe = registry_.find(number);
    if (probe == nullptr) return true;
    if (now < probe->sent_steady + patience(*probe)) return false;
    registry_.settle(*probe, ProbeState::expired);
    Traveller& t = travellers_[probe->lane];
    t.lane->give_up(*probe);
    t.path.expired(*probe);
    if (t.path.distance() == probe->ttl && t.role != Role::tried) {
      ++target_.given_up;
    }
    ended_ = Instant::now();
    return true;
  });
  settle_tried_flow();
}

Nanos Session::echo_patience() const {
  return std::clamp(3 * longest_, kLeastPatience, kMostPatience);
}

Nanos Session::next_expiry() const {
  Nanos first = kNever;
  if (check_ && check_->oldest() != kNever) {
    first = check_->oldest() + echo_patience();
  }
  for (const std::uint64_t number : out_) {
    const SentProbe* probe = registry_.find(number);
    if (probe == nullptr) continue;
    first = std::min(first, probe->sent_steady + patience(*probe));
  }
  return first;
}

bool Session::all_sent() const {
  for (const Traveller& t : travellers_) {
    if (t.role != Role::asked_for) continue;
    if (t.path.search()) return false;
    for (unsigned n = plan_.first_ttl; n <= t.path.limit(); ++n) {
      const auto ttl = static_cast<std::uint8_t>(n);
      if (t.rows[n].rounds < rounds_for(t, ttl)) return false;
    }
  }
  return true;
}

bool Session::counts(const SentProbe& probe) const {
  const Traveller& t = travellers_[probe.lane];
  if (t.role != Role::asked_for) return false;
  return !t.path.distance() || probe.ttl <= *t.path.distance();
}

bool Session::done() const {
  if (!all_sent() || (check_ && !check_->done())) return false;
  return std::none_of(out_.begin(), out_.end(), [&](std::uint64_t number) {
    const SentProbe* probe = registry_.find(number);
    return probe != nullptr && counts(*probe);
  });
}

void Session::add_waits(std::vector<pollfd>& out) const {
  for (const Traveller& t : travellers_) t.lane->add_waits(out);
  if (check_) check_->add_waits(out);
}

}  // namespace netlat
