#include "tests/lab/common/pool.h"

#include <algorithm>
#include <utility>

#include "tests/lab/common/values.h"

namespace lab::load {

Pool::Pool(Loop& loop, ConnectionLog& log, const PoolSettings& settings,
           const Address& to, const ClientOptions& options)
    : loop_(loop),
      log_(log),
      settings_(settings),
      endpoint_(std::make_shared<Endpoint>(to, options)) {}

Pool::~Pool() {
  for (const AttemptPtr& attempt : std::exchange(waiting_, {}))
    finish(*attempt, "stopped");
  close_all("stopped", false);
}

void Pool::submit(const AttemptPtr& attempt) {
  attempt->asked_ns = realtime_ns();
  if (ClientConnection* const connection = choose())
    connection->give(attempt);
  else
    waiting_.push_back(attempt);
}

void Pool::withdraw(Attempt& attempt, const std::string& outcome, bool abort) {
  const auto found = std::find_if(
      waiting_.begin(), waiting_.end(),
      [&](const AttemptPtr& each) { return each.get() == &attempt; });
  if (found != waiting_.end()) {
    const AttemptPtr keep = *found;
    waiting_.erase(found);
    finish(attempt, outcome);
    return;
  }
  attempt.outcome = outcome;
  const auto connection = attempt.connection.lock();
  if (abort && connection) connection->end("aborted");
}

void Pool::open(int64_t count) {
  for (int64_t i = 0; i < count; ++i) add();
}

void Pool::close_all(const std::string& reason, bool reset) {
  const auto all = connections_;
  for (const ConnectionPtr& connection : all) connection->end(reason, reset);
}

void Pool::update_pace() {
  for (const ConnectionPtr& connection : connections_)
    connection->set_pace(settings_.pace);
}

void Pool::trim() {
  const auto all = connections_;
  for (const ConnectionPtr& connection : all) end_if_spare(*connection);
}

bool Pool::leads_to(const Address& to, const ClientOptions& options) const {
  return endpoint_->to == to && endpoint_->options == options;
}

void Pool::retire() {
  retired_ = true;
  trim();
}

void Pool::on_room(ClientConnection& connection) {
  while (!waiting_.empty() && has_room(connection)) {
    const AttemptPtr attempt = waiting_.front();
    waiting_.pop_front();
    connection.give(attempt);
  }
  end_if_spare(connection);
}

void Pool::end_if_spare(ClientConnection& connection) {
  if (connection.in_flight() > 0) return;
  if (connection.used() >= settings_.reuse)
    connection.end("used");
  else if (retired_ ||
           static_cast<int64_t>(connections_.size()) > settings_.size)
    connection.end("retired");
}

void Pool::on_gone(ClientConnection& connection) {
  const auto found = std::find_if(
      connections_.begin(), connections_.end(),
      [&](const ConnectionPtr& each) { return each.get() == &connection; });
  loop_.bury(std::move(*found));
  connections_.erase(found);
  serve_waiting();
}

ClientConnection& Pool::add() {
  connections_.push_back(
      std::make_shared<ClientConnection>(loop_, log_, *this, endpoint_));
  connections_.back()->start(settings_.pace);
  return *connections_.back();
}

bool Pool::has_room(const ClientConnection& connection) const {
  return !connection.closing() && connection.used() < settings_.reuse &&
         connection.in_flight() < settings_.depth;
}

// The least in flight, then the longest idle.
ClientConnection* Pool::choose() {
  ClientConnection* best = nullptr;
  for (const ConnectionPtr& each : connections_) {
    if (!has_room(*each)) continue;
    if (best == nullptr ||
        std::pair(each->in_flight(), each->idle_since_ns()) <
            std::pair(best->in_flight(), best->idle_since_ns()))
      best = each.get();
  }
  if (best != nullptr && best->in_flight() == 0) return best;
  if (static_cast<int64_t>(connections_.size()) < settings_.size) return &add();
  return best;
}

void Pool::serve_waiting() {
  while (!waiting_.empty()) {
    ClientConnection* const connection = choose();
    if (connection == nullptr) return;
    const AttemptPtr attempt = waiting_.front();
    waiting_.pop_front();
    connection->give(attempt);
  }
}

}  // namespace lab::load
