#include "netlat/report/interval_text.h"

#include <fmt/format.h>

#include <cmath>

#include "netlat/measure/shown_half.h"
#include "netlat/report/messages.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

std::string percentile(const Quantiles& q, Nanos value, std::uint64_t least) {
  return q.n >= least ? ms_text(value) : "-";
}

// "0.72/1.10/4.80", milliseconds.
std::string three(const Quantiles& q) {
  return percentile(q, q.p50, 1) + '/' + percentile(q, q.p95, kSamplesForP95) +
         '/' + percentile(q, q.p99, kSamplesForP99);
}

std::string rtt(const IntervalStats& all) {
  HalfRtt server, client;
  server.network = all.server_rtt.quantiles();
  client.network = all.client_rtt.quantiles();
  const Half shown = shown_half(server, client);
  const Quantiles& q = shown == Half::server ? server.network : client.network;
  if (q.n == 0) return "rtt -";
  return fmt::format("rtt {} ms to {}s", three(q),
                     shown == Half::server ? "server" : "client");
}

// The service with the longest service time, of those with enough of them to
// say, at the highest percentile it has enough for.
std::string worst(const Interval& interval) {
  const IntervalStats* found = nullptr;
  Nanos longest{-1};
  for (const IntervalStats& s : interval.services) {
    const Quantiles q = s.service.quantiles();
    if (q.n == 0 || q.highest_of(q.n) <= longest) continue;
    longest = q.highest_of(q.n);
    found = &s;
  }
  if (found == nullptr) return {};
  return fmt::format("  worst {} {} ms",
                     endpoint_text(found->key.server, found->key.port),
                     ms_text(longest));
}

std::string drops_text(const IntervalDrops& drops) {
  if (!drops.any()) return "drops 0";
  std::string out = "DROPS " + count_text(drops.kernel.value_or(0));
  const std::uint64_t before = drops.interface.value_or(0);
  if (before > 0) out += " and " + count_text(before) + " by the device";
  return out + ": losses and latencies of this second are in doubt";
}

}  // namespace

std::string interval_text(const Interval& interval, const IntervalLine& line) {
  IntervalStats all = interval.others;
  for (const IntervalStats& s : interval.services) all.merge(s);
  const Quantiles service = all.service.quantiles();
  const double seconds =
      std::chrono::duration<double>(interval.end - interval.start).count();
  const auto rate = static_cast<std::uint64_t>(
      std::llround(static_cast<double>(line.packets) / seconds));
  // Tenths are noise here: intervals begin on whole seconds.
  const std::string time = time_text(interval.start).substr(0, 8);
  std::string out = fmt::format("{} {}  {} pkt/s  {} flows  {}", time,
                                one_line(line.interfaces), count_text(rate),
                                count_text(line.flows), rtt(all));
  out += service.n == 0 ? std::string("  service -")
                        : fmt::format("  service {} ms", three(service));
  out += fmt::format("  lost {}  retx {}", count_text(all.lost),
                     percent_text(all.retransmits, all.segments));
  if (all.connect_failures > 0) {
    out +=
        fmt::format("  failed connects {}", count_text(all.connect_failures));
  }
  return out + "  " + drops_text(line.drops) + worst(interval) +
         line.objectives + '\n';
}

}  // namespace netlat
