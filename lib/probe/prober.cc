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

// Descriptors to wait for, and whose they are: those of session i begin at
// begins[i].
struct Waits {
  std::vector<pollfd> all;
  std::vector<std::size_t> begins;

  void clear() {
    all.clear();
    begins.clear();
  }
  bool ready(std::size_t i) const {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(begins[i]);
    const auto to = all.begin() + static_cast<std::ptrdiff_t>(begins[i + 1]);
    return std::any_of(from, to, [](auto& w) { return w.revents != 0; });
  }
};

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
  sessions_.push_back(std::move(*session));
  watch_quotes(plan);
  return {};
}

// A quoted SYN has no mark of ours.
void Prober::watch_quotes(const ProbePlan& plan) {
  if (plan.protocol == ProbeProtocol::tcp) return;
  auto& watch = plan.target.is_v4() ? quotes4_ : quotes6_;
  if (!watch) watch = QuoteWatch::open(!plan.target.is_v4());
}

// Their sockets are those from `first` on.
void Prober::read_quotes(const std::vector<pollfd>& waits, std::size_t first) {
  for (const auto* watch : {&quotes4_, &quotes6_}) {
    if (!*watch || waits[first++].revents == 0) continue;
    (*watch)->read([&](const Quote& quote) {
      for (const auto& session : sessions_) {
        if (session->take_quote(quote)) return;
      }
    });
  }
}

// What the sessions want next, of those not done.
struct Prober::Agenda {
  Session* next = nullptr;  // to send at `due`
  Nanos due = Session::kNever, expiry = Session::kNever;
  bool done = true;
};

Prober::Agenda Prober::agenda() const {
  Agenda a;
  for (const auto& session : sessions_) {
    if (session->done()) continue;
    a.done = false;
    a.expiry = std::min(a.expiry, session->next_expiry());
    const Nanos at = paused_ ? Session::kNever : session->next_send();
    if (at >= a.due) continue;
    a.due = at;
    a.next = session.get();
  }
  return a;
}

void Prober::run(const std::function<bool()>& stop_asked,
                 Companion* companion) {
  Nanos free_at{0};
  Waits waits;
  while (!stop_asked()) {
    Agenda a = agenda();
    if (a.done) return;
    const Nanos now = Instant::now().steady;
    if (a.next != nullptr) a.due = std::max(a.due, free_at);
    // What comes in is looked at between any two sends.
    Nanos patience = std::min(a.due, a.expiry) - now;
    if (a.next != nullptr && a.due <= now) {
      a.next->send(now);
      free_at = now + gap_;
      patience = Nanos{0};
    }
    waits.clear();
    for (const auto& session : sessions_) {
      waits.begins.push_back(waits.all.size());
      if (!session->done()) session->add_waits(waits.all);
    }
    waits.begins.push_back(waits.all.size());
    for (const auto* watch : {&quotes4_, &quotes6_}) {
      if (*watch) waits.all.push_back((*watch)->wait());
    }
    if (companion != nullptr) companion->add_waits(waits.all);
    wait_for(waits.all, patience);
    const Nanos woken = Instant::now().steady;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (waits.ready(i)) sessions_[i]->receive();
      sessions_[i]->expire(woken);
      if (told_) sessions_[i]->tell_addresses(told_);
    }
    read_quotes(waits.all, waits.begins.back());
    if (companion != nullptr) companion->serve();
  }
}

void Prober::reset() {
  for (const auto& session : sessions_) session->reset();
}

std::uint64_t Prober::sent() const {
  std::uint64_t sum = 0;
  for (const auto& session : sessions_) sum += session->sent();
  return sum;
}

PathReport Prober::report(std::size_t target) const {
  return sessions_[target]->report();
}

}  // namespace netlat
