#include "netlat/term/series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace netlat {

namespace {

// The start of the span of `length` that `time` lies in.
Stamp aligned(Stamp time, Nanos length) {
  const std::int64_t ns = to_ns(time), l = length.count();
  const std::int64_t rest = ns % l;
  return stamp_ns(ns - (rest < 0 ? rest + l : rest));
}

template <class Parts>
void add_parts(WindowStats& sum, const Parts& part) {
  part.server_rtt.add_to(sum.server_rtt);
  part.client_rtt.add_to(sum.client_rtt);
  part.service.add_to(sum.service);
  sum.counts.add(part.counts);
  sum.tainted = sum.tainted || part.tainted;
  sum.any = true;
}

TrendPoint point_of(const WindowStats& sum) {
  return {BriefTimes::of(sum.network().quantiles()),
          BriefTimes::of(sum.service.quantiles()), sum.counts, sum.tainted};
}

template <class Part>
TrendPoint point_of(const Part& traffic) {
  WindowStats sum;
  sum.add(traffic);
  return point_of(sum);
}

// None is not a number.
float highest_of(const BriefTimes& times) {
  return times.n == 0                ? std::nanf("")
         : times.n >= kSamplesForP99 ? times.p99
         : times.n >= kSamplesForP95 ? times.p95
                                     : times.p50;
}

}  // namespace

// Of every Metric.
Series::Values Series::values_of(const TrendPoint& point) {
  Values values{};
  const auto put = [&](Metric metric, float value) {
    values[static_cast<std::size_t>(metric)] = value;
  };
  put(Metric::rtt, highest_of(point.network));
  put(Metric::service, highest_of(point.service));
  put(Metric::retransmits, point.counts.segments == 0
                               ? std::nanf("")
                               : static_cast<float>(point.counts.retransmits) /
                                     static_cast<float>(point.counts.segments));
  return values;
}

void WindowStats::add(const Traffic& part) {
  add_parts(*this, part);
}

void WindowStats::add(const WindowStats& part) {
  server_rtt.merge(part.server_rtt);
  client_rtt.merge(part.client_rtt);
  service.merge(part.service);
  counts.add(part.counts);
  tainted = tainted || part.tainted;
  any = any || part.any;
}

void WindowStats::add(const PackedTraffic& part) {
  add_parts(*this, part.parts());
}

Half WindowStats::half() const {
  HalfRtt server, client;
  server.network = server_rtt.quantiles();
  client.network = client_rtt.quantiles();
  return shown_half(server, client);
}

Series::Series()
    : tiers_{Tier{std::chrono::seconds(1), 90, {}, {}, {}, {}, true},
             Tier{kTrendStep, 90, {}, {}, {}, {}, true},
             Tier{std::chrono::minutes(1), 60, {}, {}, {}, {}, true}} {}

void Series::add(const IntervalRecord& interval, OctetPool* pool) {
  add_to(0, {interval, interval.start, interval.end}, pool);
  latest_ = std::max(latest_.value_or(interval.end), interval.end);
}

void Series::add_to(std::size_t number, const Span& part, OctetPool* pool) {
  Tier& tier = tiers_[number];
  if (tier.open && aligned(part.start, tier.length) > tier.open->start) {
    const Span whole = tier.seal(pool);
    if (number == 1) tens_.reset();
    if (number + 1 < tiers_.size()) add_to(number + 1, whole, pool);
  }
  tier.add(part);
}

// One part is kept as it came: of most keys there is one a second.
void Series::Tier::add(const Span& part) {
  if (!open) {
    open = part;
    in_order = true;
    open->start = aligned(part.start, length);
    open->end = std::max(open->start + length, part.end);
    return;
  }
  in_order = in_order && part.start >= open->start;
  if (!sum) {
    sum.emplace();
    sum->add(*open);
  }
  sum->add(part);
  open->end = std::max(open->end, part.end);
}

Series::Span Series::Tier::seal(OctetPool* pool) {
  Span whole = current();
  spans.emplace_back(whole, pool);
  if (length == kTrendStep) values.push_back(values_of(point_of(whole)));
  if (spans.size() > most) {
    spans.pop_front();
    if (!values.empty()) values.pop_front();
  }
  open.reset();
  sum.reset();
  return whole;
}

Series::Span Series::Tier::current() const {
  if (!sum) return *open;
  return {{PackedHistogram(sum->server_rtt), PackedHistogram(sum->client_rtt),
           PackedHistogram(sum->service), sum->counts, sum->tainted},
          open->start,
          open->end};
}

void Series::Tier::add_open_to(WindowStats& all) const {
  if (sum) return all.add(*sum);
  all.add(*open);
}

// Whether nothing of the time from `from` on has been given up.
bool Series::Tier::reaches(Stamp from) const {
  return spans.size() < most || spans.front().start <= from;
}

std::size_t Series::tier_for(Stamp from) const {
  for (std::size_t i = 0; i + 1 < tiers_.size(); ++i) {
    if (tiers_[i].reaches(from)) return i;
  }
  return tiers_.size() - 1;
}

template <class Visit>
void Series::visit(std::size_t tier, Stamp from, Stamp until,
                   Visit visit) const {
  // Spans are in order but for jumps of the clock, which the test tells.
  for (const Sealed& span : tiers_[tier].spans) {
    if (span.end > from && span.start < until) {
      visit(span.start, span.end, span.traffic);
    }
  }
  for (std::size_t i = 0; i <= tier; ++i) {
    const auto& open = tiers_[i].open;
    if (open && open->end > from && open->start < until) {
      visit(open->start, open->end, PackedTraffic(tiers_[i].current()));
    }
  }
}

WindowStats Series::over(Stamp from, Stamp until) const {
  const std::size_t tier = tier_for(from);
  if (tier == 0) return over_seconds(from, until);
  WindowStats sum;
  visit(tier, from, until,
        [&](Stamp, Stamp, const PackedTraffic& traffic) { sum.add(traffic); });
  return sum;
}

// Ten seconds that lie in the window whole stand for their seconds, and so does
// the sum of those that are to be the next ten.
WindowStats Series::over_seconds(Stamp from, Stamp until) const {
  const Tens& tens = tens_within(from, until);
  WindowStats sum = tens.sum;
  const Tier& seconds = tiers_[0];
  const Tier& next = tiers_[1];
  const bool summed = next.open && next.in_order && from <= next.open->start &&
                      seconds.spans.back().end <= until;
  if (summed) next.add_open_to(sum);
  for (const Sealed& span : seconds.spans) {
    if (span.end <= from || span.start >= until) continue;
    const bool counted = (span.start >= tens.from && span.end <= tens.until) ||
                         (summed && span.start >= next.open->start);
    if (!counted) sum.add(span.traffic);
  }
  const auto& open = seconds.open;
  if (open && open->end > from && open->start < until) {
    seconds.add_open_to(sum);
  }
  return sum;
}

// Of a window that goes on with the time they change every ten seconds only.
const Series::Tens& Series::tens_within(Stamp from, Stamp until) const {
  Tens found{until, from, {}};
  for (const Sealed& ten : tiers_[1].spans) {
    if (ten.start < from || ten.end > until) continue;
    found.from = std::min(found.from, ten.start);
    found.until = ten.end;
  }
  if (tens_ && tens_->from == found.from && tens_->until == found.until) {
    return *tens_;
  }
  for (const Sealed& ten : tiers_[1].spans) {
    if (ten.start >= from && ten.end <= until) found.sum.add(ten.traffic);
  }
  return tens_.emplace(std::move(found));
}

template <class T, class Old, class New>
std::vector<std::optional<T>> Series::trend_of(Stamp until, std::size_t columns,
                                               Nanos step, Old old,
                                               New fresh) const {
  std::vector<std::optional<T>> columns_of(columns);
  const std::size_t number = step < kTrendStep ? 0 : 1;
  const Tier& tier = tiers_[number];
  const Stamp last = aligned(until - Nanos{1}, tier.length);
  const auto put = [&](Stamp start, const auto& value) {
    const std::int64_t back = (last - start) / tier.length;
    if (start >= until || back < 0 || std::cmp_greater_equal(back, columns)) {
      return;
    }
    columns_of[columns - 1 - static_cast<std::size_t>(back)] = value();
  };
  for (std::size_t i = 0; i < tier.spans.size(); ++i) {
    put(tier.spans[i].start, [&] { return old(tier, i); });
  }
  // What is open here and the second that is still to join it.
  WindowStats newest;
  std::optional<Stamp> start;
  const auto put_newest = [&] {
    if (start) put(*start, [&] { return fresh(point_of(newest)); });
  };
  for (std::size_t i = number + 1; i-- > 0;) {
    if (!tiers_[i].open) continue;
    const Stamp begins = aligned(tiers_[i].open->start, tier.length);
    if (start && begins > *start) {
      put_newest();
      newest = WindowStats();
      start.reset();
    }
    if (!start) start = begins;
    tiers_[i].add_open_to(newest);
  }
  put_newest();
  return columns_of;
}

std::vector<std::optional<TrendPoint>> Series::trend(Stamp until,
                                                     std::size_t columns,
                                                     Nanos step) const {
  return trend_of<TrendPoint>(
      until, columns, step,
      [](const Tier& tier, std::size_t i) {
        return std::optional(point_of(tier.spans[i].traffic));
      },
      [](const TrendPoint& point) { return std::optional(point); });
}

std::vector<std::optional<float>> Series::trend(Stamp until,
                                                std::size_t columns, Nanos step,
                                                Metric metric) const {
  const auto value = [metric](const Values& values) {
    const float v = values[static_cast<std::size_t>(metric)];
    return std::isnan(v) ? std::nullopt : std::optional(v);
  };
  return trend_of<float>(
      until, columns, step,
      [&](const Tier& tier, std::size_t i) {
        return value(tier.values.empty()
                         ? values_of(point_of(tier.spans[i].traffic))
                         : tier.values[i]);
      },
      [&](const TrendPoint& point) { return value(values_of(point)); });
}

std::vector<std::optional<ExponentialHistogram>> Series::heat(
    Stamp until, Nanos step, std::size_t columns) const {
  std::vector<std::optional<ExponentialHistogram>> out(columns);
  const std::size_t tier = step < kTrendStep ? 0 : 1;
  const Nanos length = tiers_[tier].length;
  const Stamp last = aligned(until - Nanos{1}, length);
  const Half half = over(last - length * columns, until).half();
  visit(tier, stamp_ns(0), until,
        [&](Stamp start, Stamp, const PackedTraffic& traffic) {
          const std::int64_t back = (last - aligned(start, length)) / length;
          if (back < 0 || std::cmp_greater_equal(back, columns)) return;
          auto& cell = out[columns - 1 - static_cast<std::size_t>(back)];
          if (!cell) cell.emplace();
          const PackedTraffic::Parts parts = traffic.parts();
          (half == Half::server ? parts.server_rtt : parts.client_rtt)
              .add_to(*cell);
        });
  return out;
}

std::optional<Stamp> Series::earliest() const {
  std::optional<Stamp> first;
  for (const Tier& tier : tiers_) {
    const bool sealed = !tier.spans.empty();
    if (!sealed && !tier.open) continue;
    const Stamp start = sealed ? tier.spans.front().start : tier.open->start;
    first = std::min(first.value_or(start), start);
  }
  return first;
}

std::size_t Series::memory_bytes() const {
  std::size_t sum = sizeof *this;
  for (const Tier& tier : tiers_) {
    for (const Sealed& span : tier.spans) {
      sum += sizeof span + span.traffic.memory_bytes();
    }
    sum += tier.values.size() * sizeof(Values);
  }
  return sum;
}

}  // namespace netlat
