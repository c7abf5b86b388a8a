#include "netlat/flow/tls_watch.h"

namespace netlat {

namespace {
// RFC 8446 5.1: a handshake record, legacy version 3.x.
bool begins_tls(const Segment& s) {
  constexpr std::uint8_t kHandshakeRecord = 22, kMajorVersion = 3;
  return s.payload.size() >= 2 && s.payload[0] == kHandshakeRecord &&
         s.payload[1] == kMajorVersion;
}
}  // namespace

std::uint32_t TlsWatch::open(std::uint32_t connection) {
  std::uint32_t timer = 0;
  if (free_timers_.empty()) {
    if (timers_.size() >= kMostOpen) {
      ++not_timed_;
      return kOver;
    }
    timer = static_cast<std::uint32_t>(timers_.size());
    timers_.emplace_back();
  } else {
    timer = free_timers_.back();
    free_timers_.pop_back();
    timers_[timer] = TlsTimer();
  }
  std::uint32_t entry = 0;
  if (free_entries_.empty()) {
    entry = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    entry = free_entries_.back();
    free_entries_.pop_back();
    entries_[entry] = Entry{};
  }
  entries_[entry].timer = timer + 1;
  ++timing_;
  return states_[connection] = entry + 1;
}

void TlsWatch::close_timer(Entry& entry) {
  if (entry.timer == 0) return;
  free_timers_.push_back(entry.timer - 1);
  --timing_;
  entry.timer = 0;
}

void TlsWatch::read(const Segment& s, const SegmentFacts& facts,
                    std::uint32_t state) {
  const std::uint32_t connection = facts.connection;
  if (connection >= states_.size()) states_.resize(connection + 1, kFresh);
  if (state == kFresh) {
    const bool first =
        facts.dir == Dir::c2s && facts.relative_seq == 1 && begins_tls(s);
    state = states_[connection] = first ? open(connection) : kOver;
    if (state == kOver) return;
  }
  Entry& entry = entries_[state - 1];
  if (entry.timer == 0) return;
  TlsTimer& timer = timers_[entry.timer - 1];
  timer.advance(facts.dir, s.time, std::int64_t{facts.relative_seq} - 1,
                s.payload, s.payload_length);
  if (timer.state() == TlsTimer::State::not_tls) {
    close_timer(entry);
    free_entries_.push_back(state - 1);
    states_[connection] = kOver;
  } else if (timer.finished()) {
    entry.result = timer.result();
    close_timer(entry);
  }
}

bool TlsWatch::under_way(std::uint32_t state) const {
  // Hello, Finished up to 1.2, a retry, a ticket: no handshake has more pairs,
  // so one whose end was not recognised does not hide requests for ever.
  constexpr std::uint32_t kMostFlights = 4;
  const Entry& entry = entries_[state - 1];
  return entry.timer != 0 && entry.flights < kMostFlights &&
         !timers_[entry.timer - 1].result().client_app_data;
}

void TlsWatch::count_flight(std::uint32_t connection) {
  ++entries_[states_[connection] - 1].flights;
}

std::uint32_t TlsWatch::flights(std::uint32_t connection) const {
  return result(connection) == nullptr
             ? 0
             : entries_[states_[connection] - 1].flights;
}

const TlsHandshake* TlsWatch::result(std::uint32_t connection) const {
  if (connection >= states_.size()) return nullptr;
  const std::uint32_t state = states_[connection];
  if (state == kFresh || state == kOver) return nullptr;
  const Entry& entry = entries_[state - 1];
  return entry.timer == 0 ? &entry.result : &timers_[entry.timer - 1].result();
}

void TlsWatch::release(std::uint32_t connection) {
  if (connection >= states_.size()) return;
  const std::uint32_t state = states_[connection];
  if (state != kFresh && state != kOver) {
    close_timer(entries_[state - 1]);
    free_entries_.push_back(state - 1);
  }
  states_[connection] = kFresh;
}

}  // namespace netlat
