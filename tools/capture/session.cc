#include "tools/capture/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "netlat/report/alert_json.h"
#include "netlat/report/interval_text.h"
#include "netlat/report/lost_json.h"

namespace netlat {

namespace {

constexpr Nanos kInterval = std::chrono::seconds(1);
constexpr auto kTick = std::chrono::milliseconds(200);

// Live the limit stays: who measures a host must not take its memory.
FlowLimits flow_limits(const CaptureOptions& options) {
  FlowLimits limits;
  if (options.flow_memory) {
    limits.memory = limits.memory_ceiling = *options.flow_memory;
  }
  return limits;
}

}  // namespace

Session::Session(const CaptureOptions& options, LiveSource& source,
                 Outlets& outlets, std::unique_ptr<CaptureZones> zones)
    : options_(options),
      source_(source),
      outlets_(outlets),
      zones_(std::move(zones)),
      objectives_(options.objectives),
      measurement_(flow_limits(options), *this, false),
      intervals_(measurement_.flows(), kInterval),
      worst_(SortKey::p99, options.rows()) {
  // A thousand a second: whoever reads them may be behind a slow line.
  constexpr Nanos kEach = std::chrono::milliseconds(1);
  measurement_.report_progress_every(options.progress, kEach);
  if (metrics() != nullptr) traffic_.emplace();
  label_from_now_on();
  if (!options.recorder.directory.empty()) recorder_.emplace(options);
  if (Publishing* const publishing = outlets_.publishing()) {
    publishing->hello(capture_line(json_, capture()));
    publishing->flush();
  }
}

void Session::use(std::unique_ptr<CaptureZones> zones) {
  while (auto interval = intervals_.take_last()) write(std::move(*interval));
  if (traffic_) metrics()->add(traffic_->take(), labeler());
  zones_ = std::move(zones);
  label_from_now_on();
}

void Session::label_from_now_on() {
  intervals_.use(labeler());
  if (traffic_) traffic_->use(labeler());
}

void Session::feed(std::span<const PacketView> packets) {
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

void Session::tick() {
  const Clock::time_point now = Clock::now();
  if (now < next_tick_) return;
  next_tick_ = now + kTick;
  const Stamp until = source_.complete_until();
  // Before anything is told of these moments.
  ask_drops(last_ ? std::max(until, *last_) : until);
  // An eighth of a large table a tick, so that all are seen in two seconds.
  constexpr std::size_t kLeast = 4096;
  const std::size_t most = std::max(kLeast, measurement_.flows().size() / 8);
  if (last_) measurement_.expire(std::max(until, *last_), most);
  while (auto interval = intervals_.take(until)) write(std::move(*interval));
  tend_recorder();
  outlets_.flush();
}

void Session::finish() {
  finishing_ = true;
  ask_drops(last_.value_or(source_.complete_until()));
  measurement_.finish();
  while (auto interval = intervals_.take_last()) write(std::move(*interval));
  tell_unwritten();
  tend_recorder();
}

void Session::record(const std::string& why) {
  if (recorder_) {
    recorder_->trigger(why, last_.value_or(source_.complete_until()));
  }
}

void Session::tend_recorder() {
  if (!recorder_) return;
  const Stamp until = source_.complete_until();
  const CaptureRecorder::Surroundings around{
      last_ ? std::max(until, *last_) : until, source_.interfaces(), counts_,
      zones_.get()};
  FrameSender& to = outlets_.publishing()->frames();
  if (finishing_) {
    recorder_->finish(around, to);
  } else {
    recorder_->tend(around, to);
  }
}

void Session::ask_drops(Stamp now) {
  const LiveCounts before = std::exchange(counts_, source_.counts());
  const bool dropped =
      counts_.kernel_drops != before.kernel_drops ||
      counts_.interface_drops.value_or(0) > before.interface_drops.value_or(0);
  if (dropped) drops_.add(asked_.value_or(now), now);
  asked_ = now;
}

void Session::write(Interval interval) {
  IntervalDrops drops;
  const LiveCounts before = std::exchange(counts_written_, counts_);
  drops.kernel = counts_.kernel_drops - before.kernel_drops;
  if (counts_.interface_drops) {
    drops.interface =
        *counts_.interface_drops -
        std::min(*counts_.interface_drops, before.interface_drops.value_or(0));
  }
  drops.tainted = drops_.touches(interval.start, interval.end);
  const std::uint64_t had = std::exchange(written_packets_, packets());
  const std::vector<const ObjectiveWatch*>& changed =
      objectives_.advance(interval, labeler(), drops.tainted || drops.any());
  if (outlets_.text() && options_.lines && !options_.quiet) {
    IntervalLine line;
    line.interfaces = fmt::format("{}", fmt::join(options_.interfaces, ","));
    line.packets = packets() - had;
    line.flows = measurement_.flows().size();
    line.drops = drops;
    line.objectives = objectives_text(objectives_);
    outlets_.say(interval_text(interval, line));
  }
  if (traffic_) {
    metrics()->add(interval, labeler());
    metrics()->add(traffic_->take(), labeler());
  }
  if (outlets_.records()) write_records(interval, drops);
  tell_unwritten();
  announce(changed, interval.end);
  if (Publishing* const publishing = outlets_.publishing()) {
    if (traffic_) {
      metrics()->send(numbers(), objectives_, publishing->frames());
    }
    publishing->hello(capture_line(json_, capture()));
    publishing->tick();
  }
}

void Session::announce(const std::vector<const ObjectiveWatch*>& changed,
                       Stamp at) {
  for (const ObjectiveWatch* const watch : changed) {
    const std::string& text = watch->objective().text;
    outlets_.say(objective_change_text(*watch, at));
    outlets_.alert(text, alert_line(json_, *watch, at));
    const bool broken = watch->state().verdict == ObjectiveVerdict::broken;
    if (recorder_ && broken) {
      recorder_->alert("objective broken: " + text, at);
    }
  }
}

void Session::write_records(Interval& interval, const IntervalDrops& drops) {
  keep_busiest(interval, options_.named());
  for (const IntervalStats& stats : interval.services) {
    outlets_.record(interval_line(json_, interval, stats, labeler(), drops));
  }
  outlets_.record(
      interval_line(json_, interval, interval.others, labeler(), drops));
}

const std::string& Session::vantage(std::uint32_t number) const {
  const auto& all = source_.interfaces();
  const auto found = std::find_if(
      all.begin(), all.end(),
      [number](const LiveInterface& at) { return at.vantage == number; });
  static const std::string none;
  return found == all.end() ? none : found->name;
}

bool Session::flow(FlowRecord& record, const Latencies& latencies) {
  ++flows_;
  if (metrics() != nullptr) metrics()->closed(record);
  const bool unanswered =
      record.handshake.outcome == HandshakeOutcome::timeout &&
      record.s2c.packets == 0;
  // At the end of the capture an answer may still be on its way.
  if (unanswered && last_ && !finishing_) {
    intervals_.unanswered(record, *last_);
  }
  const bool too_many = unanswered && ++unanswered_ > kMostUnanswered;
  if (outlets_.records() && !too_many) write_flow(record, latencies);
  if (outlets_.text()) worst_.add(record, latencies);
  return true;
}

void Session::tell_unwritten() {
  const std::uint64_t all = std::exchange(unanswered_, 0);
  if (all <= kMostUnanswered || !outlets_.records()) return;
  outlets_.record(lost_line(
      json_, {"attempts that nobody answered", all - kMostUnanswered}));
}

void Session::progress(FlowRecord& record, const Latencies& latencies) {
  if (outlets_.records()) write_flow(record, latencies);
}

void Session::write_flow(FlowRecord& record, const Latencies& latencies) {
  latencies.fill(record);
  record.tainted = drops_.touches(record.start_time, record.end_time);
  ZoneNames names;
  if (zones_) names = zones_->labeler.names(zones_->labeler.zones(record));
  outlets_.record(flow_json_.line(record, vantage(record.vantage), names));
}

void Session::exchange(const ExchangeRecord& exchange) {
  if (!outlets_.records()) return;
  outlets_.record(exchange_json_.line(exchange, vantage(exchange.vantage)));
}

void Session::last_turn(const FlowRecord& flow, Nanos elapsed) {
  if (last_) intervals_.last_turn(flow, elapsed, *last_);
}

void Session::segment(const Segment& /*s*/, const SegmentFacts& /*facts*/) {}

CaptureRecord Session::capture() const {
  CaptureRecord c;
  c.source = fmt::format("{}", fmt::join(options_.interfaces, ","));
  c.format = "live";
  c.account = account_;
  c.account.filtered = counts_.filtered;
  c.packets = c.account.total();
  c.bytes = bytes_;
  c.first = first_;
  c.last = last_;
  c.kernel_drops = counts_.kernel_drops;
  c.interface_drops = counts_.interface_drops;
  std::uint32_t id = 0;
  for (const LiveInterface& at : source_.interfaces()) {
    c.interfaces.push_back(
        {id++, at.name, at.link_type, options_.live.snaplen, at.vantage});
  }
  return c;
}

CaptureNumbers Session::numbers() const {
  CaptureNumbers n;
  n.account = account_;
  n.account.filtered = counts_.filtered;
  n.received = counts_.received;
  n.kernel_drops = counts_.kernel_drops;
  n.interface_drops = counts_.interface_drops;
  n.restarts = counts_.restarts;
  n.last_packet = last_;
  n.flow = measurement_.flows().counters();
  n.flows_active = measurement_.flows().size();
  n.flow_bytes = measurement_.memory_bytes();
  if (traffic_ && zones_) {
    n.zone_lookups = intervals_.lookups();
    for (std::size_t i = 0; i < n.zone_lookups->size(); ++i) {
      (*n.zone_lookups)[i] += traffic_->lookups()[i];
    }
  }
  if (recorder_) n.recorder = recorder_->numbers();
  return n;
}

std::uint64_t Session::unread() const {
  const std::uint64_t accounted =
      account_.total() + counts_.filtered + counts_.kernel_drops;
  return counts_.received - std::min(counts_.received, accounted);
}

}  // namespace netlat
