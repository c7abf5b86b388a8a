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

constexpr auto kFlush = std::chrono::milliseconds(200);

const ZoneLabeler* labeler(const SharedZones& zones) {
  return zones ? &zones->labeler : nullptr;
}

}  // namespace

Session::Session(const CaptureOptions& options, LiveSources& sources,
                 Outlets& outlets, std::unique_ptr<CaptureZones> zones)
    : options_(options),
      sources_(sources),
      outlets_(outlets),
      zones_(std::move(zones)),
      objectives_(options.objectives),
      assembly_(sources.count()),
      numbers_(sources.count()),
      obeyed_(sources.count()),
      pieces_(sources.count()) {
  const std::size_t threads = sources.count();
  if (!options.recorder.directory.empty()) recorder_.emplace(options, threads);
  for (std::size_t i = 0; i < threads; ++i) {
    handovers_.push_back(std::make_unique<Handover>(bell_));
    workers_.push_back(std::make_unique<Worker>(
        options, sources.at(i), outlets, *handovers_[i],
        WorkerPlace{i, threads}, zones_));
  }
  if (Publishing* const publishing = outlets_.publishing()) {
    publishing->hello(capture_line(json_, capture()));
    publishing->flush();
  }
}

void Session::use(std::unique_ptr<CaptureZones> zones) {
  zones_ = std::move(zones);
  for (const auto& handover : handovers_) ordered_ = handover->order(zones_);
}

bool Session::obeyed() const {
  return std::all_of(obeyed_.begin(), obeyed_.end(),
                     [this](std::uint64_t done) { return done == ordered_; });
}

void Session::tick() {
  const bool fresh = collect();
  const Clock::time_point now = Clock::now();
  if (!fresh && now < next_flush_) return;
  next_flush_ = now + kFlush;
  while (auto closed = assembly_.next(false)) write(std::move(*closed));
  tend_recorder(false);
  outlets_.flush();
}

bool Session::collect() {
  bool fresh = false;
  for (std::size_t i = 0; i < handovers_.size(); ++i) {
    Findings found;
    if (!handovers_[i]->take(found)) continue;
    fresh = true;
    take(i, std::move(found));
  }
  if (!fresh) return false;
  sum_ = {};
  for (const WorkerNumbers& n : numbers_) sum_ += n;
  return true;
}

void Session::take(std::size_t number, Findings found) {
  numbers_[number] = found.numbers;
  obeyed_[number] = found.orders_taken;
  for (ClosedInterval& closed : found.intervals) {
    assembly_.add(number, std::move(closed));
  }
  for (const LabelledWays& labelled : found.ways) {
    metrics()->add(labelled.ways, labeler(labelled.zones));
  }
  pieces_[number] += found.pieces.size();
  for (RecordingPiece& piece : found.pieces) {
    recorder_->take(number, std::move(piece));
  }
  lost_ += found.lines_lost;
  untold_ += found.lines_lost;
  unwritten_ += found.unwritten;
  write_lines(found.lines);
}

void Session::write_lines(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    outlets_.record(lines.substr(0, end));
    lines.remove_prefix(end);
  }
}

void Session::finish() {
  collect();
  while (auto closed = assembly_.next(true)) write(std::move(*closed));
  tell_unwritten();
  tend_recorder(true);
  for (std::size_t i = 1; i < workers_.size(); ++i) {
    workers_[0]->measurement().absorb(workers_[i]->measurement());
    workers_[0]->worst().merge(workers_[i]->worst());
  }
}

Stamp Session::now() const {
  Stamp now = Stamp::min();
  for (const WorkerNumbers& n : numbers_) now = std::max(now, n.complete);
  return sum_.last ? std::max(now, *sum_.last) : now;
}

void Session::record(const std::string& why) {
  if (recorder_) recorder_->trigger(why, sum_.last.value_or(now()));
}

void Session::tend_recorder(bool finishing) {
  if (!recorder_) return;
  const std::vector<LiveInterface> interfaces = sources_.interfaces();
  const CaptureRecorder::Surroundings around{now(), interfaces, sum_.counts,
                                             zones_.get()};
  FrameSender& to = outlets_.publishing()->frames();
  const auto order = recorder_->begin(around, to, finishing);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (order && !finishing) handovers_[i]->order(*order);
    if (!finishing) continue;
    // Its thread has ended.
    RecorderShare& share = *workers_[i]->recorder();
    if (order) share.begin(*order);
    for (; share.writing(); ++pieces_[i]) recorder_->take(i, share.next());
  }
  recorder_->write(around, to, finishing);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const std::size_t left = recorder_->waiting(i);
    handovers_[i]->written(
        static_cast<int>(std::exchange(pieces_[i], left) - left));
  }
}

void Session::write(ClosedInterval closed) {
  Interval& interval = closed.interval;
  const ZoneLabeler* const zones = labeler(closed.zones);
  IntervalDrops drops;
  drops.kernel = closed.kernel_drops;
  drops.interface = closed.interface_drops;
  drops.tainted = closed.tainted;
  const std::vector<const ObjectiveWatch*>& changed =
      objectives_.advance(interval, zones, drops.tainted || drops.any());
  if (outlets_.text() && options_.lines && !options_.quiet) {
    write_text(closed, drops);
  }
  if (metrics() != nullptr) metrics()->add(interval, zones);
  if (outlets_.records()) write_records(interval, zones, drops);
  tell_unwritten();
  announce(changed, interval.end);
  if (Publishing* const publishing = outlets_.publishing()) {
    if (metrics() != nullptr) {
      metrics()->send(numbers(), objectives_, publishing->frames());
    }
    publishing->hello(capture_line(json_, capture()));
    publishing->tick();
  }
}

void Session::write_text(const ClosedInterval& closed,
                         const IntervalDrops& drops) {
  IntervalLine line;
  line.interfaces = fmt::format("{}", fmt::join(options_.interfaces, ","));
  line.packets = closed.packets;
  line.flows = sum_.flows_active;
  line.drops = drops;
  line.objectives = objectives_text(objectives_);
  outlets_.say(interval_text(closed.interval, line));
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

void Session::write_records(Interval& interval, const ZoneLabeler* zones,
                            const IntervalDrops& drops) {
  keep_busiest(interval, options_.named());
  for (const IntervalStats& stats : interval.services) {
    outlets_.record(interval_line(json_, interval, stats, zones, drops));
  }
  outlets_.record(
      interval_line(json_, interval, interval.others, zones, drops));
}

void Session::tell_unwritten() {
  if (!outlets_.records()) return;
  if (const auto n = std::exchange(unwritten_, 0); n > 0) {
    outlets_.record(lost_line(json_, {"attempts that nobody answered", n}));
  }
  if (const auto n = std::exchange(untold_, 0); n > 0) {
    outlets_.record(lost_line(json_, {"between threads", n}));
  }
}

CaptureRecord Session::capture() const {
  CaptureRecord c;
  c.source = fmt::format("{}", fmt::join(options_.interfaces, ","));
  c.format = "live";
  c.account = sum_.account;
  c.packets = c.account.total();
  c.bytes = sum_.bytes;
  c.first = sum_.first;
  c.last = sum_.last;
  c.kernel_drops = sum_.counts.kernel_drops;
  c.interface_drops = sum_.counts.interface_drops;
  std::uint32_t id = 0;
  for (const LiveInterface& at : sources_.interfaces()) {
    c.interfaces.push_back(
        {id++, at.name, at.link_type, options_.live.snaplen, at.vantage});
  }
  return c;
}

CaptureNumbers Session::numbers() const {
  CaptureNumbers n;
  n.account = sum_.account;
  n.received = sum_.counts.received;
  n.kernel_drops = sum_.counts.kernel_drops;
  n.interface_drops = sum_.counts.interface_drops;
  n.restarts = sources_.restarts();
  n.last_packet = sum_.last;
  n.flow = sum_.flow;
  n.flows_active = sum_.flows_active;
  n.flow_bytes = sum_.flow_bytes;
  n.closed = sum_.closed;
  if (zones_) n.zone_lookups = sum_.lookups;
  if (recorder_) {
    n.recorder = recorder_->numbers();
    n.recorder->packets = sum_.recorder.packets;
    n.recorder->bytes = sum_.recorder.bytes;
  }
  return n;
}

std::uint64_t Session::unread() const {
  const LiveCounts& counts = sum_.counts;
  const std::uint64_t accounted =
      packets() + counts.filtered + counts.kernel_drops;
  return counts.received - std::min(counts.received, accounted);
}

}  // namespace netlat
