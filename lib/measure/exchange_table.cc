#include "netlat/measure/exchange_table.h"

namespace netlat {

namespace {

ExchangeTime time_of(const ExchangeRecord& e) {
  const bool spin = e.rtt_class == QuicRttClass::spin;
  switch (e.span) {
    case RttSpan::server_half:
      return spin ? ExchangeTime::spin_server : ExchangeTime::answer;
    case RttSpan::client_half:
      return spin ? ExchangeTime::spin_client : ExchangeTime::client_half;
    case RttSpan::end_to_end:
      break;
  }
  return ExchangeTime::spin_end_to_end;
}

// What a person waited for: a resolver that asks again waits on, while ping's
// copies are questions of their own.
std::optional<Nanos> shown_time(const ExchangeRecord& e) {
  switch (e.kind) {
    case ExchangeKind::dns:
      return e.elapsed;
    case ExchangeKind::tls:
      return e.service;
    case ExchangeKind::quic:
      if (e.ambiguous) return std::nullopt;
      break;
    case ExchangeKind::icmp_echo:
      break;
  }
  return e.rtt;
}

}  // namespace

void ExchangeTable::add(const ExchangeRecord& e) {
  ExchangeStats& stats =
      entries_.at({e.kind, e.server, e.server_port}, {e.kind, IpAddress(), 0});
  const ExchangeTime time = time_of(e);
  if (time == ExchangeTime::answer) {
    const bool unanswered = e.outcome == ExchangeOutcome::unanswered;
    ++(unanswered ? stats.unanswered : stats.answered);
    stats.failed += e.outcome == ExchangeOutcome::failed ? 1 : 0;
  }
  if (const auto shown = shown_time(e)) stats[time].add(*shown);
}

void ExchangeTable::merge(const ExchangeTable& other) {
  for (const auto& [key, more] : other.entries()) {
    ExchangeStats& stats = entries_.at(key, {key.kind, IpAddress(), 0});
    stats.answered += more.answered;
    stats.unanswered += more.unanswered;
    stats.failed += more.failed;
    for (std::size_t i = 0; i < kExchangeTimes; ++i) {
      stats.times[i].merge(more.times[i]);
    }
  }
}

}  // namespace netlat
