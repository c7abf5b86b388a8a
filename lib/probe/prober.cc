#include "netlat/probe/prober.h"

#include <poll.h>

#include <algorithm>
#include <ctime>

#include "lib/probe/session.h"

namespace netlat {

namespace {

// A signal that comes just before a wait is seen at the latest after this.
constexpr Nanos kLongestWait{200'000'000};

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
  return {};
}

void Prober::run(const std::function<bool()>& stop_asked,
                 Companion* companion) {
  Nanos free_at{0};
  std::vector<pollfd> waits;
  while (!stop_asked()) {
    bool done = true;
    Session* next = nullptr;
    Nanos due = Session::kNever, expiry = Session::kNever;
    for (const auto& session : sessions_) {
      session->receive();
      if (session->done()) continue;
      done = false;
      expiry = std::min(expiry, session->next_expiry());
      const Nanos at = session->next_send();
      if (at < due) {
        due = at;
        next = session.get();
      }
    }
    if (told_) {
      for (const auto& session : sessions_) session->tell_addresses(told_);
    }
    if (done) return;
    const Nanos now = Instant::now().steady;
    if (next != nullptr) due = std::max(due, free_at);
    if (next != nullptr && due <= now) {
      next->send(now);
      free_at = now + gap_;
      continue;
    }
    waits.clear();
    for (const auto& session : sessions_) {
      if (!session->done()) session->add_waits(waits);
    }
    if (companion != nullptr) companion->add_waits(waits);
    wait_for(waits, std::min(due, expiry) - now);
    if (companion != nullptr) companion->serve();
  }
}

std::uint64_t Prober::sent() const {
  std::uint64_t sum = 0;
  for (const auto& session : sessions_) sum += session->sent();
  return sum;
}

std::vector<PathReport> Prober::reports() const {
  std::vector<PathReport> out;
  for (const auto& session : sessions_) out.push_back(session->report());
  return out;
}

}  // namespace netlat
