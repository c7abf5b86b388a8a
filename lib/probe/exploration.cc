#include "lib/probe/exploration.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <tuple>

#include "netlat/probe/hop_row.h"

namespace netlat {

namespace {

constexpr Nanos kKnowledgeLasts = std::chrono::minutes(15);
// Enough for 16 ways, each with a router of its own behind it, 99 times of 100.
constexpr std::uint32_t kMostFlows = 512;

void keep_present_route(PathReport& report) {
  std::vector<HopSeries> present;
  for (const HopSeries& s : report.series) {
    if (s.address && !is_former(report, s)) present.push_back(s);
  }
  // A target that limits its answers may have given the first of them beyond
  // its distance: then nobody is right before it.
  const auto nobody_before = [&](const HopSeries& s) {
    return s.kind == AnswerKind::reached && s.ttl > report.plan.first_ttl &&
           std::none_of(
               present.begin(), present.end(), [&](const HopSeries& before) {
                 return before.lane == s.lane && before.ttl + 1 == s.ttl;
               });
  };
  report.series.clear();
  std::copy_if(present.begin(), present.end(),
               std::back_inserter(report.series), std::not_fn(nobody_before));
}

// From one address to one at the next TTL; `from` is unset where the hop
// before did not answer.
struct Step {
  std::uint8_t ttl = 0;
  std::optional<IpAddress> from;
  IpAddress to;
  bool end = false;  // `to` is the target
  friend bool operator<(const Step& a, const Step& b) {
    return std::tie(a.ttl, a.from, a.to) < std::tie(b.ttl, b.from, b.to);
  }
};

// That a router leads to the target, where nothing else was seen to follow it,
// is no way of its own: the target may not have answered others.
bool is_news(const Step& step, const std::set<Step>& before) {
  if (before.contains(step)) return false;
  return !step.end ||
         std::any_of(before.begin(), before.end(), [&](const Step& other) {
           return other.ttl == step.ttl && other.from == step.from;
         });
}

// Of all lanes: each address, and each way between neighbours.  A lane whose
// packets are spread one by one may go from any to any.
std::set<Step> steps_of(const PathReport& report) {
  std::set<Step> out;
  for (const HopSeries& to : report.series) {
    const bool end = to.kind == AnswerKind::reached;
    if (!end) out.insert({to.ttl, std::nullopt, *to.address});
    for (const HopSeries& from : report.series) {
      if (from.lane != to.lane || from.ttl + 1 != to.ttl) continue;
      out.insert({to.ttl, from.address, *to.address, end});
    }
  }
  return out;
}

}  // namespace

Exploration::Exploration(double rate)
    : gap_(std::llround(1e9 / rate)), missing_(flows_needed(1)) {}

void Exploration::spend(Nanos now) {
  free_at_ = now + gap_;
}

Nanos Exploration::pace(unsigned hops) const {
  const bool trying = !complete_ && !stopped_;
  return gap_ * (trying ? 2 * hops : hops);
}

void Exploration::begin_anew() {
  graph_ = {};
  complete_ = false;
  missing_ = flows_needed(1);
}

void Exploration::see_epochs(std::uint32_t sum, Nanos settled) {
  if (sum == epochs_) return;
  epochs_ = sum;
  next_flow_ = settled;
  begin_anew();
}

std::optional<Exploration::News> Exploration::take(PathReport tried,
                                                   PathReport known,
                                                   Nanos now) {
  keep_present_route(tried);
  keep_present_route(known);
  if (complete_) begin_anew();
  // The route changed while it was tried: it may have gone half of each way.
  if (now < next_flow_) return std::nullopt;
  graph_.add(known);
  graph_.add(tried);
  missing_ = graph_.flows_missing();
  complete_ = missing_ == 0;
  const bool enough = complete_ || graph_.flows() >= kMostFlows;
  next_flow_ = enough ? now + kKnowledgeLasts : now;
  const auto before = steps_of(known);
  const auto mine = steps_of(tried);
  const auto news =
      std::find_if(mine.begin(), mine.end(),
                   [&](const Step& step) { return is_news(step, before); });
  if (news == mine.end()) return std::nullopt;
  return News{news->ttl, news->to};
}

ExplorationReport Exploration::report() const {
  return {graph_.flows(), missing_, complete_, stopped_};
}

}  // namespace netlat
