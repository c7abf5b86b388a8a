// What ends without being told so: connections of a capture that goes on.
//
// Offline a connection may stay in the table until the capture ends.  Live it
// has to be reported soon after it closed, and one whose end was not captured
// at some time.  Method: a hand goes round the table, a bounded part a call, so
// that no call takes long.  Closed connections wait kLinger for what is late on
// the way: a segment that came after the report would begin a connection of
// its own.  A SYN is given up when the next retry is overdue; retries double
// their distance (RFC 6298 5.5), so it is as far away as the first is ago.

#include <algorithm>

#include "lib/flow/flow_lookup.h"

namespace netlat {

namespace {

constexpr Nanos kLinger = std::chrono::seconds(4);
// Of the first retry: one second (RFC 6298 2.1), three before 2011.
constexpr Nanos kFirstRetry = std::chrono::seconds(4);

bool overdue(const HalfOpen& attempt, const SynRetry* retry, Stamp now) {
  const Stamp last = retry != nullptr ? retry->time : attempt.first_syn;
  const Nanos so_far = last - attempt.first_syn;
  return now - last > kFirstRetry + so_far + so_far / 2;
}

}  // namespace

const Connection& FlowTable::at(std::uint32_t index) const noexcept {
  return connection(index);
}

bool FlowTable::over(const Connection& c, Stamp now) const noexcept {
  return now - c.last_time > (c.closed() ? kLinger : limits_.idle_split);
}

void FlowTable::end_connection(std::uint32_t index) {
  const Connection& c = connection(index);
  const Found found = find({{c.key, true}, tag_of(c.key)});
  // The key may have a newer connection.
  if (found.ref == index + 1) erase(found.at);
  listener_.finished(c, index);
  release(index);
}

void FlowTable::end_half_open(std::uint32_t half) {
  const FlowKey key = half_open_.at(half).key();
  const Found found = find({{key, true}, tag_of(key)});
  listener_.unanswered(half_open_.at(half), half_open_.retry(half));
  erase(found.at);
  half_open_.remove(half);
}

void FlowTable::expire(Stamp now, std::size_t most) {
  for (std::size_t i = std::min<std::size_t>(most, next_); i > 0; --i) {
    if (expired_to_ >= next_) expired_to_ = 0;
    const std::uint32_t index = expired_to_++;
    if (!in_use_[index]) continue;
    Connection& c = connection(index);
    if (!over(c, now)) {
      listener_.continues(c, index);
      continue;
    }
    if (!c.closed()) {
      c.idle_split = true;
      ++counters_.idle_splits;
    }
    end_connection(index);
  }
  const std::size_t slots = half_open_.slots();
  for (std::size_t i = std::min(most, slots); i > 0; --i) {
    if (half_expired_to_ >= slots) half_expired_to_ = 0;
    const std::uint32_t half = half_expired_to_++;
    const HalfOpen& attempt = half_open_.at(half);
    if (attempt.syns == 0) continue;
    if (overdue(attempt, half_open_.retry(half), now)) end_half_open(half);
  }
}

}  // namespace netlat
