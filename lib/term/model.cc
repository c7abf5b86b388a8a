#include "netlat/term/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "netlat/report/number_text.h"
#include "netlat/term/promise.h"

namespace netlat {

namespace {

constexpr const char* kUnknownZone = "?";

std::string pair_name(const IntervalRecord& i) {
  return (i.client_zone.empty() ? kUnknownZone : i.client_zone) + " > " +
         (i.server_zone.empty() ? kUnknownZone : i.server_zone);
}

std::string flow_name(const FlowRow& flow) {
  return endpoint_text(flow.client, flow.client_port) + " > " +
         endpoint_text(flow.server, flow.server_port);
}

std::vector<std::string> connect_evidence(const FlowRow& flow, bool refused) {
  const std::string sent =
      fmt::format("{} within {}", plural(flow.syn_retransmits + 1, "SYN"),
                  duration_text(flow.end_time - flow.start_time));
  if (refused) {
    return {sent + ", answered by a reset",
            "the port is closed, or a filter rejects who asks"};
  }
  return {sent + ", and no answer was captured",
          "the host may be down, a filter drop them, or answers take another "
          "way"};
}

}  // namespace

void Model::apply(Record record) {
  if (const auto* interval = std::get_if<IntervalRecord>(&record)) {
    if (!interval->whole_run) take(*interval);
  } else if (const auto* flow = std::get_if<FlowRow>(&record)) {
    take(*flow);
  } else if (const auto* capture = std::get_if<CaptureInfo>(&record)) {
    source_ = capture->source;
  } else if (const auto* alert = std::get_if<AlertRecord>(&record)) {
    take(*alert);
  } else if (const auto* notice = std::get_if<NoticeRecord>(&record)) {
    take(*notice);
  } else if (const auto* problem = std::get_if<ProblemRecord>(&record)) {
    remark_ = problem->message;
  } else if (std::holds_alternative<EndRecord>(record)) {
    ended_ = true;
  }
}

void Model::add_to(KeyedSeries& all, const std::string& key,
                   const IntervalRecord& interval) {
  const auto found = all.find(key);
  if (found != all.end()) return found->second.add(interval, &pool_);
  if (all.size() >= kMostKeys) {
    all.erase(std::min_element(all.begin(), all.end(),
                               [](const auto& a, const auto& b) {
                                 return a.second.latest() < b.second.latest();
                               }));
  }
  all[key].add(interval, &pool_);
}

void Model::take(const IntervalRecord& interval) {
  const bool fresh = !latest() || interval.end > *latest();
  if (fresh) {
    judge_rows();
    note_drops(interval);
  }
  total_.add(interval, &pool_);
  if (!interval.server.empty()) {
    add_to(services_, interval.server, interval);
  }
  if (interval.client_zone.empty() && interval.server_zone.empty()) return;
  const std::string name = pair_name(interval);
  pair_zones_[name] = {interval.client_zone, interval.server_zone};
  add_to(pairs_, name, interval);
}

void Model::take(const FlowRow& flow) {
  const FlowKey key{flow.proto, flow.id};
  const bool refused = flow.outcome == HandshakeOutcome::refused;
  const bool unanswered = flow.outcome == HandshakeOutcome::timeout &&
                          flow.s2c.packets == 0 && flow.proto == Transport::tcp;
  if (refused || unanswered) {
    EventRow event;
    event.time = flow.end_time;
    event.severity = Standing::close;
    event.where = endpoint_text(flow.server, flow.server_port);
    event.what = (refused ? "refuses connections: " : "does not answer: ") +
                 flow_name(flow);
    event.evidence = connect_evidence(flow, refused);
    add_event(std::move(event));
  }
  flows_[key] = PackedFlow(flow);
  if (flows_.size() > kMostFlows) forget_old_flows();
}

// An eighth at a time, so that the search is paid for by many additions: those
// that have ended first, then those without news for longest.
void Model::forget_old_flows() {
  std::vector<std::pair<std::pair<bool, Stamp>, FlowKey>> order;
  order.reserve(flows_.size());
  for (const auto& [key, packed] : flows_) {
    const FlowRow flow = packed.unpack();
    order.push_back({{flow.end == FlowEnd::open, flow.end_time}, key});
  }
  const auto some = static_cast<std::ptrdiff_t>(kMostFlows / 8);
  std::nth_element(
      order.begin(), order.begin() + some, order.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto at = order.begin(); at != order.begin() + some; ++at) {
    flows_.erase(at->second);
  }
}

void Model::take(const AlertRecord& alert) {
  alerts_told_ = true;
  for (EventRow& event : events_) {
    if (event.open && event.where == alert.where) event.open = false;
  }
  EventRow event;
  event.time = alert.time;
  event.severity = alert.broken ? Standing::broken : Standing::kept;
  event.where = alert.where;
  event.what = alert.what;
  event.evidence = alert.evidence;
  event.open = alert.broken;
  add_event(std::move(event));
}

void Model::take(const NoticeRecord& notice) {
  EventRow event;
  event.time = notice.time;
  event.severity = Standing::close;
  event.where = notice.where;
  event.what = notice.what;
  event.evidence = notice.evidence;
  add_event(std::move(event));
}

void Model::note_drops(const IntervalRecord& interval) {
  if (interval.dropped == 0) return;
  constexpr std::size_t kRemembered = 3600;
  drops_.emplace_back(interval.end, interval.dropped);
  if (drops_.size() > kRemembered) drops_.pop_front();
  EventRow event;
  event.time = interval.end;
  event.severity = Standing::close;
  event.where = "capture";
  event.what = fmt::format("{} packets dropped by the capture itself",
                           count_text(interval.dropped));
  event.evidence = {
      "losses and latencies of these seconds may be of the capture's making",
      "a larger buffer (capture -B) or a filter may help"};
  add_event(std::move(event));
}

// Repeats of what was said last only count: a port scan is one event.
void Model::add_event(EventRow event) {
  for (auto at = events_.rbegin(); at != events_.rend(); ++at) {
    if (at->where != event.where) continue;
    const auto same = [](const std::string& a, const std::string& b) {
      return a.substr(0, a.find(':')) == b.substr(0, b.find(':'));
    };
    constexpr Nanos kTogether = std::chrono::minutes(1);
    if (event.severity == Standing::close && same(at->what, event.what) &&
        event.time - at->time < kTogether) {
      ++at->times;
      return;
    }
    break;
  }
  event.number = ++events_numbered_;
  events_.push_back(std::move(event));
  if (events_.size() > kMostEvents) events_.pop_front();
}

void Model::judge_rows() {
  if (objectives_.empty() || alerts_told_ || !latest()) return;
  judge_all(services_, false);
  judge_all(pairs_, true);
}

void Model::judge_all(const KeyedSeries& all, bool pairs) {
  constexpr Nanos kLately = std::chrono::seconds(10);
  for (const auto& [name, series] : all) {
    const WindowStats lately = series.over(*latest() - kLately, *latest());
    const Promise p = judge(objectives_, identity(name, pairs), lately);
    EventRow* open = nullptr;
    for (EventRow& e : events_) {
      if (e.open && e.where == name) open = &e;
    }
    if (p.standing == Standing::broken && open == nullptr) {
      EventRow event;
      event.time = *latest();
      event.severity = Standing::broken;
      event.where = name;
      event.what =
          fmt::format("breaks {}: {:.2g} times the limit", p.text, p.used);
      event.evidence = breach_evidence(lately);
      event.open = true;
      add_event(std::move(event));
    } else if (open != nullptr && (p.standing == Standing::kept ||
                                   p.standing == Standing::close)) {
      open->open = false;
      open->what +=
          fmt::format(", for {}", duration_text(*latest() - open->time));
    }
  }
}

std::vector<std::string> Model::breach_evidence(const WindowStats& lately) {
  const Quantiles rtt = lately.network().quantiles();
  const Quantiles service = lately.service.quantiles();
  std::vector<std::string> said;
  const auto times = [&](const char* what, const Quantiles& q) {
    if (q.n == 0) return;
    said.push_back(fmt::format("{} of 10 s: {} samples, p50 {}, p95 {}, max {}",
                               what, count_text(q.n), duration_text(q.p50),
                               duration_text(q.p95), duration_text(q.max)));
  };
  times("network round trip", rtt);
  times("service time", service);
  said.push_back(fmt::format(
      "{} of {} segments sent again, {} lost", lately.counts.retransmits,
      count_text(lately.counts.segments), lately.counts.lost));
  if (lately.counts.connect_failures > 0) {
    said.push_back(
        fmt::format("{} of {} connects failed", lately.counts.connect_failures,
                    lately.counts.connect_failures + lately.counts.connects));
  }
  if (lately.tainted) {
    said.push_back("the capture dropped packets meanwhile: losses may be its");
  }
  return said;
}

RowIdentity Model::identity(const std::string& name, bool pair) const {
  RowIdentity id;
  if (!pair) {
    id.server = name;
  } else if (const auto found = pair_zones_.find(name);
             found != pair_zones_.end()) {
    id.client_zone = found->second.first;
    id.server_zone = found->second.second;
  }
  return id;
}

std::size_t Model::memory_bytes() const {
  std::size_t sum = total_.memory_bytes();
  for (const KeyedSeries* all : {&services_, &pairs_}) {
    for (const auto& [name, series] : *all) sum += series.memory_bytes();
  }
  constexpr std::size_t kNode = 56;  // of the map, and its place there
  for (const auto& [key, flow] : flows_) sum += kNode + flow.memory_bytes();
  return sum;
}

}  // namespace netlat
