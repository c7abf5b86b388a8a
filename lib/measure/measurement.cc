#include "netlat/measure/measurement.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "netlat/measure/connection_record.h"

namespace netlat {

Measurement::Measurement(const FlowLimits& limits, RecordSink& sink,
                         bool segments)
    : sink_(sink), segments_(segments), table_(limits, *this) {}

Measurement::~Measurement() = default;

inline void Measurement::take_samples(SegmentFacts& facts) {
  bool turn = facts.has_service | facts.has_elapsed;
  if (turn && tls_.timing() && tls_.in_handshake(facts.connection)) {
    if (facts.has_service) tls_.count_flight(facts.connection);
    turn = facts.has_service = facts.has_elapsed = false;
  }
  const std::uint32_t n = std::uint32_t{facts.rtt_count} + std::uint32_t{turn};
  if (n == 0) return;
  static_assert(std::size(SegmentFacts{}.rtt) == 2);
  static_assert(FlowSamples::kMostAtOnce >= 2 + 1);
  samples_.add_all(facts.connection, n, [&](const auto& add) {
    const auto add_rtt = [&](const RttSample& rtt) {
      add(rtt_kind(rtt.half == Dir::c2s, rtt.network), rtt.rtt);
    };
    if (facts.rtt_count > 0) add_rtt(facts.rtt[0]);
    if (facts.rtt_count > 1) [[unlikely]]
      add_rtt(facts.rtt[1]);
    if (turn) add(turn_kind(facts.has_service), facts.turn);
  });
}

void Measurement::advance(std::span<const Segment> batch) {
  const std::uint64_t copies_before = table_.counters().copies;
  table_.advance(batch, facts_);
  copies_in_batch_ = table_.counters().copies != copies_before;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Segment& s = batch[i];
    SegmentFacts& facts = facts_.data()[i];
    if (s.transport != Transport::tcp) [[unlikely]] {
      take_datagram(s);
      continue;
    }
    take_samples(facts);
    tls_.advance(s, facts);
    if (segments_) sink_.segment(s, facts);
  }
  if (batch.empty()) return;
  latest_ = std::max(latest_, batch.back().time);
  constexpr Nanos kDrainEvery = std::chrono::seconds(1);
  if (latest_ - drained_ >= kDrainEvery) drain_unanswered(latest_);
}

void Measurement::take_datagram(const Segment& s) {
  if (s.transport == Transport::udp) {
    if (DnsTimer::concerns(s)) {
      take_dns(s);
    } else {
      take_quic(s);
    }
  } else if (s.transport != Transport::other) {
    take_icmp(s);
  }
}

void Measurement::take_dns(const Segment& s) {
  if (!dns_) dns_.emplace();
  if (const auto answer = dns_->advance(s)) {
    report(exchange_record(*answer, s.time));
  }
}

void Measurement::take_quic(const Segment& s) {
  if (!quic_) quic_.emplace();
  const QuicReport found = quic_->advance(s);
  for (std::size_t i = 0; i < found.count; ++i) {
    report(exchange_record(found.samples[i], found.dir, s));
  }
}

void Measurement::take_icmp(const Segment& s) {
  icmp_errors_.advance(s);
  if (!echo_) echo_.emplace();
  if (const auto reply = echo_->advance(s)) {
    report(exchange_record(*reply, s.time));
  }
}

void Measurement::report(const ExchangeRecord& exchange) {
  exchanges_.add(exchange);
  sink_.exchange(exchange);
}

bool Measurement::report(FlowRecord& record, std::uint32_t index) {
  const Latencies latencies(samples_, index);
  gap_bytes_ += record.c2s.capture_gap_bytes + record.s2c.capture_gap_bytes;
  one_sided_ += record.one_sided;
  if (!sink_.flow(record, latencies)) return false;
  services_.add(record, latencies);
  return true;
}

void Measurement::expect(std::uint32_t index, unsigned rank) {
  samples_.fetch(index, rank);
}

FlowRecord Measurement::record_of(const Connection& connection,
                                  std::uint32_t index) {
  FlowRecord record =
      connection_record(connection, table_.scopes(), tls_.result(index));
  record.turns -= std::min<std::uint64_t>(record.turns, tls_.flights(index));
  return record;
}

void Measurement::continues(const Connection& connection, std::uint32_t index) {
  if (index >= progress_.size()) progress_.resize(index + 1);
  Stamp& last = progress_[index];
  // What an earlier connection left there is older.
  last = std::max(last, connection.first_time);
  const Nanos all = progress_each_ * table_.size();
  if (expired_ - last < std::max(progress_period_, all)) return;
  last = expired_;
  FlowRecord record = record_of(connection, index);
  sink_.progress(record, Latencies(samples_, index));
}

void Measurement::expire(Stamp now, std::size_t most) {
  expired_ = now;
  table_.expire(now, most);
  drain_unanswered(now);
}

void Measurement::finished(const Connection& connection, std::uint32_t index) {
  std::optional<Nanos> last_turn;
  if (connection.phase == TurnPhase::response && !tls_.in_handshake(index)) {
    last_turn = connection.turn_mark - connection.turn_start;
    samples_.add(index, SampleKind::elapsed, *last_turn);
  }
  const TlsHandshake* tls = tls_.result(index);
  FlowRecord record = record_of(connection, index);
  if (last_turn) sink_.last_turn(record, *last_turn);
  if (report(record, index) && tls != nullptr) {
    if (const auto hello = exchange_record(*tls, record)) report(*hello);
  }
  samples_.release(index);
  tls_.release(index);
}

void Measurement::unanswered(const HalfOpen& attempt, const SynRetry* retry) {
  FlowRecord record = unanswered_record(attempt, retry, table_.scopes());
  report(record, SegmentFacts::kNoConnection);
}

namespace {
// Orders what was asked at one moment.
std::uint32_t number(const DnsUnanswered& open) {
  return open.question.id;
}
std::uint32_t number(const EchoUnanswered& open) {
  return std::uint32_t{open.request.id} << 16 | open.request.sequence;
}
}  // namespace

template <class Timer>
void Measurement::drain(Timer& timer, Stamp now) {
  // A timer's table has them in the order of a keyed hash, another each run.
  std::vector<typename decltype(timer.take_unanswered(now))::value_type> open;
  while (auto next = timer.take_unanswered(now)) {
    open.push_back(std::move(*next));
  }
  std::stable_sort(open.begin(), open.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, number(a)) < std::pair(b.first, number(b));
  });
  for (const auto& question : open) report(exchange_record(question));
}

void Measurement::drain_unanswered(Stamp now) {
  drained_ = now;
  if (dns_) drain(*dns_, now);
  if (echo_) drain(*echo_, now);
}

void Measurement::finish() {
  table_.finish();
  // Long enough after the last packet that every open question has run out.
  constexpr Nanos kAfterAll = std::chrono::hours(1);
  drain_unanswered(latest_ + kAfterAll);
}

void Measurement::absorb(const Measurement& other) {
  absorbed_ += other.counters();
  services_.merge(other.services_);
  exchanges_.merge(other.exchanges_);
  icmp_errors_.merge(other.icmp_errors_);
  gap_bytes_ += other.gap_bytes_;
  one_sided_ += other.one_sided_;
}

std::size_t Measurement::memory_bytes() const noexcept {
  return table_.memory_bytes() + samples_.memory_bytes();
}

}  // namespace netlat
