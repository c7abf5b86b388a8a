#include "netlat/probe/prober.h"

#include <poll.h>

#include <algorithm>
#include <ctime>

#include "lib/probe/quote_watch.h"
#include "lib/probe/session.h"

namespace netlat {

namespace {

// A signal that comes just before a wait is seen at the latest after this.
constexpr Nanos kLongestWait{200'000'000};

// Kernels stamp what comes in, so that it may lie for a moment: one wake-up
// then serves what many targets answer.  TCP is timed by the program in part.
constexpr Nanos kRest{10'000'000};
// While it does, what is to be sent within this time leaves together.
constexpr Nanos kTogether{2'000'000};

void wait_for(std::vector<pollfd>& waits, Nanos how_long) {
  const std::int64_t ns =
      std::clamp<std::int64_t>(how_long.count(), 0, kLongestWait.count());
  const timespec limit{ns / 1'000'000'000, ns % 1'000'000'000};
  ppoll(waits.data(), waits.size(), &limit, nullptr);
}

}  // namespace

Prober::Prober(unsigned rate) : gap_(1'000'000'000 / std::max(rate, 1u)) {}
Prober::~Prober() = default;

Result<void> Prober::add(const ProbePlan& plan) {
  auto session = Session::open(plan);
  if (!session) return std::move(session.error());
  members_.emplace_back().session = std::move(*session);
  watch_quotes(plan);
  return {};
}

void Prober::watch_quotes(const ProbePlan& plan) {
  auto& watch = plan.target.is_v4() ? quotes4_ : quotes6_;
  if (!watch) watch = QuoteWatch::open(!plan.target.is_v4());
}

void Prober::read_quotes() {
  for (const auto* watch : {&quotes4_, &quotes6_}) {
    if (!*watch) continue;
    (*watch)->read([&](const Quote& quote) {
      for (const Member& member : members_) {
        if (member.session->take_quote(quote)) return;
      }
    });
  }
}

void Prober::look_at(Member& member) {
  const Session& session = *member.session;
  member.stale = false;
  member.done = session.done();
  member.due = member.done ? Session::kNever : session.next_send();
  member.expiry = member.done ? Session::kNever : session.next_expiry();
}

// What the sessions want next, of those not done.
struct Prober::Agenda {
  Member* next = nullptr;  // to send at `due`
  Nanos due = Session::kNever, expiry = Session::kNever;
  bool done = true;
};

Prober::Agenda Prober::agenda() {
  Agenda a;
  for (Member& member : members_) {
    if (member.stale) look_at(member);
    if (member.done) continue;
    a.done = false;
    a.expiry = std::min(a.expiry, member.expiry);
    if (paused_ || member.due >= a.due) continue;
    a.due = member.due;
    a.next = &member;
  }
  return a;
}

void Prober::run(const std::function<bool()>& stop_asked,
                 Companion* companion) {
  Nanos free_at{0}, rests_until{0};
  std::vector<pollfd> waits;
  while (!stop_asked()) {
    Agenda a = agenda();
    if (a.done) break;
    const Nanos now = Instant::now().steady;
    if (a.next != nullptr) a.due = std::max(a.due, free_at);
    Nanos patience = std::min(a.due, a.expiry) - now;
    const bool rests = now < rests_until;
    if (a.next != nullptr && a.due <= now) {
      a.next->session->send(now);
      a.next->stale = true;
      free_at = std::max(free_at, now - kTogether) + gap_;
      if (rests) continue;
      patience = Nanos{0};
    }
    if (rests) {
      patience = std::min(std::max(patience, kTogether), rests_until - now);
    }
    waits.clear();
    for (Member& member : members_) {
      member.waits_from = waits.size();
      if (!member.done && (!rests || member.session->prompt())) {
        member.session->add_waits(waits);
      }
      member.waits_to = waits.size();
    }
    if (companion != nullptr) companion->add_waits(waits);
    wait_for(waits, patience);
    if (take_in(waits) && !rests) rests_until = Instant::now().steady + kRest;
    if (!rests) read_quotes();
    if (companion != nullptr) companion->serve();
  }
  read_quotes();
}

// Whether something was taken in that may have been waited for together.
bool Prober::take_in(const std::vector<pollfd>& waits) {
  const Nanos now = Instant::now().steady;
  bool any = false;
  for (Member& member : members_) {
    const auto from =
        waits.begin() + static_cast<std::ptrdiff_t>(member.waits_from);
    const auto to =
        waits.begin() + static_cast<std::ptrdiff_t>(member.waits_to);
    const bool ready =
        std::any_of(from, to, [](const pollfd& w) { return w.revents != 0; });
    if (ready) member.session->receive();
    const bool overdue = member.expiry <= now;
    if (overdue) member.session->expire(now);
    if (!ready && !overdue) continue;
    member.stale = true;
    any = any || !member.session->prompt();
    if (told_) member.session->tell_addresses(told_);
  }
  return any;
}

void Prober::reset() {
  for (Member& member : members_) {
    member.session->reset();
    member.stale = true;
  }
}

const ProbePlan& Prober::plan(std::size_t target) const {
  return members_[target].session->plan();
}

Result<void> Prober::change(const std::function<void(ProbePlan&)>& changed) {
  std::vector<std::unique_ptr<Session>> sessions;
  for (const Member& member : members_) {
    ProbePlan plan = member.session->plan();
    const auto before = plan.protocol;
    changed(plan);
    if (plan.source_port != 0 && plan.protocol == before) {
      return Error{
          "the flow's source port is in use by the lanes there are; quit and "
          "begin with the option",
          ErrorKind::usage};
    }
    auto session = Session::open(plan);
    if (!session) return std::move(session.error()).within(plan.name);
    sessions.push_back(std::move(*session));
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    gone_ += members_[i].session->sent();
    members_[i].session = std::move(sessions[i]);
    members_[i].stale = true;
  }
  return {};
}

void Prober::set_interval(Nanos interval) {
  for (Member& member : members_) {
    member.session->set_interval(interval);
    member.stale = true;
  }
}

std::uint64_t Prober::sent() const {
  std::uint64_t sum = gone_;
  for (const Member& member : members_) sum += member.session->sent();
  return sum;
}

PathReport Prober::report(std::size_t target) const {
  return members_[target].session->report();
}

}  // namespace netlat
