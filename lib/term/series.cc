#include "netlat/term/series.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

// The start of the span of `length` that `time` lies in.
Stamp aligned(Stamp time, Nanos length) {
  const std::int64_t ns = to_ns(time), l = length.count();
  const std::int64_t rest = ns % l;
  return stamp_ns(ns - (rest < 0 ? rest + l : rest));
}

TrendPoint point_of(const WindowStats& sum) {
  return {BriefTimes::of(sum.network().quantiles()),
          BriefTimes::of(sum.service.quantiles()), sum.counts, sum.tainted};
}

}  // namespace

void WindowStats::add(const Traffic& part) {
  part.server_rtt.add_to(server_rtt);
  part.client_rtt.add_to(client_rtt);
  part.service.add_to(service);
  counts.add(part.counts);
  tainted = tainted || part.tainted;
  any = true;
}

Half WindowStats::half() const {
  HalfRtt server, client;
  server.network = server_rtt.quantiles();
  client.network = client_rtt.quantiles();
  return shown_half(server, client);
}

Series::Series()
    : tiers_{Tier{std::chrono::seconds(1), 90, {}, {}},
             Tier{kTrendStep, 90, {}, {}},
             Tier{std::chrono::minutes(1), 60, {}, {}}} {}

void Series::add(const IntervalRecord& interval) {
  for (Tier& tier : tiers_) tier.add(interval);
  latest_ = std::max(latest_.value_or(interval.end), interval.end);
}

void Series::Tier::add(const IntervalRecord& interval) {
  const Stamp start = aligned(interval.start, length);
  if (sum.any && start > open.start) seal();
  if (!sum.any) {
    open.start = start;
    open.end = start + length;
  }
  open.end = std::max(open.end, interval.end);
  sum.add(interval);
}

void Series::Tier::seal() {
  spans.push_back(current());
  if (length == kTrendStep) points.push_back(point_of(sum));
  if (spans.size() > most) {
    spans.pop_front();
    if (!points.empty()) points.pop_front();
  }
  sum = WindowStats{};
  open = Span{};
}

Series::Span Series::Tier::current() const {
  return {{PackedHistogram(sum.server_rtt), PackedHistogram(sum.client_rtt),
           PackedHistogram(sum.service), sum.counts, sum.tainted},
          open.start,
          open.end};
}

// Whether nothing of the time from `from` on has been given up.
bool Series::Tier::reaches(Stamp from) const {
  return spans.size() < most || spans.front().start <= from;
}

const Series::Tier& Series::tier_for(Stamp from) const {
  for (const Tier& tier : tiers_) {
    if (tier.reaches(from)) return tier;
  }
  return tiers_.back();
}

template <class Visit>
void Series::visit(const Tier& tier, Stamp from, Stamp until, Visit visit) {
  // Spans are in order but for jumps of the clock, which the test tells.
  for (const Span& span : tier.spans) {
    if (span.end > from && span.start < until) visit(span);
  }
  if (tier.sum.any && tier.open.end > from && tier.open.start < until) {
    visit(tier.current());
  }
}

WindowStats Series::over(Stamp from, Stamp until) const {
  WindowStats sum;
  const Tier& tier = tier_for(from);
  // Ten seconds that lie in the window whole stand for their seconds.
  Stamp whole_from = until, whole_until = until;
  if (&tier == tiers_.data()) {
    for (const Span& ten : tiers_[1].spans) {
      if (ten.start < from || ten.end > until) continue;
      whole_from = std::min(whole_from, ten.start);
      whole_until = ten.end;
      sum.add(ten);
    }
  }
  visit(tier, from, until, [&](const Span& span) {
    const bool counted = span.start >= whole_from && span.end <= whole_until &&
                         whole_from < whole_until;
    if (!counted) sum.add(span);
  });
  return sum;
}

std::vector<std::optional<TrendPoint>> Series::trend(
    Stamp until, std::size_t columns) const {
  std::vector<std::optional<TrendPoint>> points(columns);
  const Tier& tier = tiers_[1];
  const Stamp last = aligned(until - Nanos{1}, kTrendStep);
  const auto put = [&](Stamp start, const TrendPoint& point) {
    const std::int64_t back = (last - start) / kTrendStep;
    if (start >= until || back < 0 || std::cmp_greater_equal(back, columns)) {
      return;
    }
    points[columns - 1 - static_cast<std::size_t>(back)] = point;
  };
  for (std::size_t i = 0; i < tier.spans.size(); ++i) {
    put(tier.spans[i].start, tier.points[i]);
  }
  if (tier.sum.any) put(tier.open.start, point_of(tier.sum));
  return points;
}

std::vector<std::optional<ExponentialHistogram>> Series::heat(
    Stamp until, Nanos step, std::size_t columns) const {
  std::vector<std::optional<ExponentialHistogram>> out(columns);
  const Tier& tier = step < kTrendStep ? tiers_[0] : tiers_[1];
  const Stamp last = aligned(until - Nanos{1}, tier.length);
  const Half half = over(last - tier.length * columns, until).half();
  visit(tier, stamp_ns(0), until, [&](const Span& span) {
    const std::int64_t back = (last - span.start) / tier.length;
    if (back < 0 || std::cmp_greater_equal(back, columns)) return;
    auto& cell = out[columns - 1 - static_cast<std::size_t>(back)];
    if (!cell) cell.emplace();
    (half == Half::server ? span.server_rtt : span.client_rtt).add_to(*cell);
  });
  return out;
}

std::optional<Stamp> Series::earliest() const {
  std::optional<Stamp> first;
  for (const Tier& tier : tiers_) {
    const bool sealed = !tier.spans.empty();
    if (!sealed && !tier.sum.any) continue;
    const Stamp start = sealed ? tier.spans.front().start : tier.open.start;
    first = std::min(first.value_or(start), start);
  }
  return first;
}

std::size_t Series::memory_bytes() const {
  std::size_t sum = sizeof *this;
  for (const Tier& tier : tiers_) {
    for (const Span& span : tier.spans) {
      sum += sizeof span + sizeof(TrendPoint) - 3 * sizeof(PackedHistogram) +
             span.server_rtt.memory_bytes() + span.client_rtt.memory_bytes() +
             span.service.memory_bytes();
    }
  }
  return sum;
}

}  // namespace netlat
