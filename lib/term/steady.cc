#include "lib/term/steady.h"

#include <cmath>
#include <unordered_map>

namespace netlat {

namespace {

constexpr double kHardly = 0.05;
constexpr double kNearLimit = 0.9;

bool hardly_moved(double before, double now) {
  return std::abs(now - before) <= kHardly * std::abs(before);
}

void steady(Nanos& now, Nanos before) {
  if (hardly_moved(static_cast<double>(before.count()),
                   static_cast<double>(now.count()))) {
    now = before;
  }
}

void steady(double& now, double before) {
  if (hardly_moved(before, now)) now = before;
}

bool shows_the_same(const Quantiles& a, const Quantiles& b) {
  return (a.n >= kSamplesForP99) == (b.n >= kSamplesForP99) &&
         (a.n >= kSamplesForP95) == (b.n >= kSamplesForP95) &&
         (a.n > 0) == (b.n > 0);
}

void steady(Quantiles& now, const Quantiles& before) {
  if (!shows_the_same(now, before)) return;
  for (const auto member :
       {&Quantiles::min, &Quantiles::p50, &Quantiles::p90, &Quantiles::p95,
        &Quantiles::p99, &Quantiles::max}) {
    steady(now.*member, before.*member);
  }
}

double share(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
}

// The rates that a row shows of its counts.
bool same_rates(const RowValues& a, const RowValues& b) {
  const auto rate = [](std::uint64_t n, const RowValues& v) {
    return static_cast<double>(n) / v.seconds;
  };
  return hardly_moved(rate(a.counts.bytes, a), rate(b.counts.bytes, b)) &&
         hardly_moved(rate(a.service.n, a), rate(b.service.n, b)) &&
         hardly_moved(share(a.counts.retransmits, a.counts.segments),
                      share(b.counts.retransmits, b.counts.segments)) &&
         a.counts.connect_failures == b.counts.connect_failures;
}

void steady(TrafficRow& now, const TrafficRow& before) {
  if (now.promise.standing != before.promise.standing ||
      now.promise.used > kNearLimit) {
    return;
  }
  if (same_rates(before.values, now.values)) {
    now.values.counts = before.values.counts;
    now.values.seconds = before.values.seconds;
    now.values.service.n = before.values.service.n;
  }
  if (now.values.half == before.values.half) {
    steady(now.values.network, before.values.network);
  }
  steady(now.values.service, before.values.service);
  steady(now.promise.used, before.promise.used);
}

void steady(std::vector<TrafficRow>& now, const std::vector<TrafficRow>& before,
            const std::string& selected) {
  std::unordered_map<std::string_view, const TrafficRow*> by_name;
  for (const TrafficRow& row : before) by_name[row.name] = &row;
  for (TrafficRow& row : now) {
    const auto found = by_name.find(row.name);
    if (found != by_name.end() && row.name != selected) {
      steady(row, *found->second);
    }
  }
}

}  // namespace

void keep_steady(Snapshot& fresh, const Snapshot& shown,
                 const std::string& selected) {
  // Another window or another time: nothing on the screen is about the same.
  if (fresh.window != shown.window || fresh.past != shown.past) return;
  steady(fresh.services, shown.services, selected);
  steady(fresh.pairs, shown.pairs, selected);
  steady(fresh.packets_per_second, shown.packets_per_second);
  steady(fresh.bits_per_second, shown.bits_per_second);
}

}  // namespace netlat
