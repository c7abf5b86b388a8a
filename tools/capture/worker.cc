#include "tools/capture/worker.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

constexpr Nanos kInterval = std::chrono::seconds(1);
constexpr auto kTick = std::chrono::milliseconds(200);
// While a recording is written.
constexpr auto kShortTick = std::chrono::milliseconds(20);
// Of a recording, given away and not yet written: one is, the other is made.
constexpr int kMostPieces = 2;

// Live the limit stays: who measures a host must not take its memory.
FlowLimits flow_limits(const CaptureOptions& options, std::size_t threads) {
  FlowLimits limits;
  if (options.flow_memory) {
    limits.memory = limits.memory_ceiling = *options.flow_memory;
  }
  limits.memory /= threads;
  limits.memory_ceiling /= threads;
  return limits;
}

}  // namespace

Worker::Worker(const CaptureOptions& options, LiveSource& source,
               Outlets& outlets, Handover& handover, WorkerPlace place,
               SharedZones zones)
    : source_(source),
      outlets_(outlets),
      handover_(handover),
      place_(place),
      zones_(std::move(zones)),
      measurement_(flow_limits(options, place.threads), *this, false),
      intervals_(measurement_.flows(), kInterval),
      worst_(SortKey::p99, options.rows()) {
  // A thousand a second of all threads: whoever reads them may be behind a slow
  // line.
  constexpr Nanos kEach = std::chrono::milliseconds(1);
  measurement_.report_progress_every(
      options.progress, kEach * static_cast<std::int64_t>(place.threads));
  if (options.metrics.any()) traffic_.emplace();
  if (!options.recorder.directory.empty()) {
    recorder_.emplace(options, place.number, place.threads);
  }
  intervals_.use(labeler());
  if (traffic_) traffic_->use(labeler());
}

void Worker::turn(Nanos wait) {
  const bool hurry = recorder_ && recorder_->writing();
  const std::size_t n =
      source_.read(batch_, hurry ? std::min<Nanos>(wait, kShortTick) : wait);
  if (n > 0) feed({batch_.data(), n});
  obey();
  tick();
}

void Worker::feed(std::span<const PacketView> packets) {
  std::size_t n = 0;
  for (const PacketView& packet : packets) {
    const LiveInterface& at = source_.interfaces()[packet.interface];
    Segment& s = segments_.data()[n];
    const Verdict verdict = decode(packet, at.link_type, decode_options_, s);
    account_.count(verdict);
    if (recorder_) recorder_->add(packet, measured(verdict) ? &s : nullptr);
    bytes_ += packet.wire_length;
    if (!measured(verdict)) continue;
    if (traffic_) traffic_->add(s, packet.wire_length);
    s.vantage = at.vantage;
    ++n;
  }
  if (!first_) first_ = packets.front().time;
  last_ = packets.back().time;
  const std::span<const Segment> batch(segments_.data(), n);
  measurement_.advance(batch);
  measurement_.watch_paths(batch);
  intervals_.advance(batch, measurement_.facts());
  if (recorder_) recorder_->judge(batch, measurement_.facts());
  if (!measurement_.copies_in_batch()) return;
  for (std::size_t i = 0; i < n; ++i) {
    if (segments_[i].transport != Transport::tcp) continue;
    account_.recount(measurement_.facts()[i]);
  }
}

void Worker::obey() {
  auto orders = handover_.take_orders();
  if (!orders) return;
  if (orders->recording && recorder_) recorder_->begin(*orders->recording);
  if (orders->zones) {
    use(std::move(*orders->zones));
    ++found_.orders_taken;
  }
  next_tick_ = {};
}

void Worker::use(SharedZones zones) {
  while (auto interval = intervals_.take_last()) close(std::move(*interval));
  if (traffic_) found_.ways.push_back({traffic_->take(), zones_});
  zones_ = std::move(zones);
  ++zones_used_;
  intervals_.use(labeler());
  if (traffic_) traffic_->use(labeler());
}

void Worker::tick() {
  const Clock::time_point now = Clock::now();
  if (now < next_tick_) return;
  const Stamp until = source_.complete_until();
  // Before anything is told of these moments.
  ask_drops(last_ ? std::max(until, *last_) : until);
  // An eighth of a large table a tick, so that all are seen in two seconds.
  constexpr std::size_t kLeast = 4096;
  const std::size_t most = std::max(kLeast, measurement_.flows().size() / 8);
  if (last_) measurement_.expire(std::max(until, *last_), most);
  while (auto interval = intervals_.take(until)) close(std::move(*interval));
  collect();
  handover_.give(found_);
  next_tick_ = now + (recorder_ && recorder_->writing() ? kShortTick : kTick);
}

void Worker::close(std::chrono::milliseconds patience) {
  const Clock::time_point enough = Clock::now() + patience;
  while (Clock::now() < enough) {
    const std::size_t n = source_.read(batch_, kTick);
    if (n == 0) break;
    feed({batch_.data(), n});
  }
  finishing_ = true;
  ask_drops(last_.value_or(source_.complete_until()));
  measurement_.finish();
  while (auto interval = intervals_.take_last()) close(std::move(*interval));
  count_unwritten();
  collect();
  handover_.give_last(found_);
}

void Worker::ask_drops(Stamp now) {
  const LiveCounts before = std::exchange(counts_, source_.counts());
  const bool dropped =
      counts_.kernel_drops != before.kernel_drops ||
      counts_.interface_drops.value_or(0) > before.interface_drops.value_or(0);
  if (dropped) drops_.add(asked_.value_or(now), now);
  asked_ = now;
}

void Worker::close(Interval interval) {
  ClosedInterval closed;
  const LiveCounts before = std::exchange(counts_closed_, counts_);
  closed.kernel_drops = counts_.kernel_drops - before.kernel_drops;
  if (counts_.interface_drops && place_.number == 0) {
    closed.interface_drops =
        *counts_.interface_drops -
        std::min(*counts_.interface_drops, before.interface_drops.value_or(0));
  }
  closed.tainted = drops_.touches(interval.start, interval.end);
  const std::uint64_t had = std::exchange(closed_packets_, account_.total());
  closed.packets = closed_packets_ - had;
  closed.interval = std::move(interval);
  closed.zones = zones_;
  closed.zones_used = zones_used_;
  count_unwritten();
  found_.intervals.push_back(std::move(closed));
  if (traffic_) found_.ways.push_back({traffic_->take(), zones_});
}

void Worker::count_unwritten() {
  const std::uint64_t all = std::exchange(unanswered_, 0);
  found_.unwritten += all - std::min(all, most_unanswered());
}

// What has to be as of now where the other thread looks at it.
void Worker::collect() {
  found_.numbers = numbers();
  int waiting = handover_.pieces() + static_cast<int>(found_.pieces.size());
  for (; recorder_ && recorder_->writing() && waiting < kMostPieces;
       ++waiting) {
    found_.pieces.push_back(recorder_->next());
  }
}

WorkerNumbers Worker::numbers() const {
  WorkerNumbers n;
  n.account = account_;
  n.account.filtered = counts_.filtered;
  n.bytes = bytes_;
  n.flows = flows_;
  n.first = first_;
  n.last = last_;
  n.complete = source_.complete_until();
  n.counts = counts_;
  n.flow = measurement_.flows().counters();
  n.flows_active = measurement_.flows().size();
  n.flow_bytes = measurement_.memory_bytes();
  n.closed = closed_;
  n.lookups = intervals_.lookups();
  for (std::size_t i = 0; traffic_ && i < n.lookups.size(); ++i) {
    n.lookups[i] += traffic_->lookups()[i];
  }
  if (recorder_) n.recorder = recorder_->numbers();
  return n;
}

const std::string& Worker::vantage(std::uint32_t number) const {
  const auto& all = source_.interfaces();
  const auto found = std::find_if(
      all.begin(), all.end(),
      [number](const LiveInterface& at) { return at.vantage == number; });
  static const std::string none;
  return found == all.end() ? none : found->name;
}

void Worker::record(std::string_view line) {
  if (place_.threads == 1) return outlets_.record(line);
  found_.add_line(line);
  // A burst of records must not wait for the tick to be written.
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  if (found_.lines.size() < kPiece) return;
  found_.numbers = numbers();
  handover_.give(found_);
}

bool Worker::flow(FlowRecord& record, const Latencies& latencies) {
  ++flows_;
  record.id = numbered(record.id);
  ++closed_[close_reason(record)];
  const bool unanswered =
      record.handshake.outcome == HandshakeOutcome::timeout &&
      record.s2c.packets == 0;
  // At the end of the capture an answer may still be on its way.
  if (unanswered && last_ && !finishing_) {
    intervals_.unanswered(record, *last_);
  }
  const bool too_many = unanswered && ++unanswered_ > most_unanswered();
  if (outlets_.records() && !too_many) write_flow(record, latencies);
  if (outlets_.text()) worst_.add(record, latencies);
  return true;
}

void Worker::progress(FlowRecord& record, const Latencies& latencies) {
  record.id = numbered(record.id);
  if (outlets_.records()) write_flow(record, latencies);
}

void Worker::write_flow(FlowRecord& flow, const Latencies& latencies) {
  latencies.fill(flow);
  flow.tainted = drops_.touches(flow.start_time, flow.end_time);
  ZoneNames names;
  if (zones_) names = zones_->labeler.names(zones_->labeler.zones(flow));
  record(flow_json_.line(flow, vantage(flow.vantage), names));
}

void Worker::exchange(const ExchangeRecord& exchange) {
  if (!outlets_.records()) return;
  // Those of TLS come with the number that flow() gave the connection.
  record(exchange_json_.line(exchange, vantage(exchange.vantage)));
}

void Worker::last_turn(const FlowRecord& flow, Nanos elapsed) {
  if (last_) intervals_.last_turn(flow, elapsed, *last_);
}

void Worker::segment(const Segment& /*s*/, const SegmentFacts& /*facts*/) {}

}  // namespace netlat
