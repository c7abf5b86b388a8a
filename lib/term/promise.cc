#include "netlat/term/promise.h"

#include <fmt/format.h>

#include <optional>

#include "netlat/report/number_text.h"

namespace netlat {

namespace {

bool concerns(const Objective& o, const RowIdentity& row) {
  switch (o.scope) {
    case ObjectiveScope::all:
      return true;
    case ObjectiveScope::service:
      return !row.server.empty() &&
             row.server == endpoint_text(o.service.server, o.service.port);
    case ObjectiveScope::zone_pair:
      return o.concerns_pair(row.client_zone, row.server_zone);
  }
  return false;
}

/// What the objective measures, in its own unit; `events` it was taken of.
struct Measured {
  double value = 0;
  std::uint64_t events = 0;
};

Measured time_of(const Objective& o, const ExponentialHistogram& times) {
  const auto value = times.quantile(o.per_mille);
  return {value ? static_cast<double>(value->count()) : 0, times.totals().n};
}

Measured share(std::uint64_t bad, std::uint64_t events) {
  const auto of = static_cast<double>(events);
  return {events == 0 ? 0 : static_cast<double>(bad) / of, events};
}

// Nothing for what the history does not hold.
std::optional<Measured> measured(const Objective& o, const WindowStats& w) {
  switch (o.quantity) {
    case ObjectiveQuantity::service:
      return time_of(o, w.service);
    case ObjectiveQuantity::network:
      return time_of(o, w.network());
    case ObjectiveQuantity::loss:
      return share(w.counts.lost, w.counts.segments);
    case ObjectiveQuantity::retransmits:
      return share(w.counts.retransmits, w.counts.segments);
    case ObjectiveQuantity::failures:
      return share(w.counts.connect_failures,
                   w.counts.connects + w.counts.connect_failures);
    case ObjectiveQuantity::turns:
    case ObjectiveQuantity::handshake:
      break;
  }
  return std::nullopt;
}

// "net p99<2ms".
std::string short_text(const Objective& o) {
  if (!is_time(o.quantity)) {
    return fmt::format("{}<{:.3g}%", to_word(o.quantity), o.share * 100);
  }
  const double ms = static_cast<double>(o.limit.count()) / 1e6;
  return fmt::format("{} p{:.3g}<{:.3g}ms",
                     o.quantity == ObjectiveQuantity::network ? "rtt" : "svc",
                     o.per_mille / 10.0, ms);
}

Promise one(const Objective& o, const Measured& m, bool tainted) {
  Promise p;
  p.text = short_text(o);
  // A loss of the capture's own is nobody's broken promise.
  const bool void_count = tainted && !is_time(o.quantity);
  if (m.events < o.least || void_count) {
    p.standing = Standing::insufficient;
    return p;
  }
  const double limit =
      is_time(o.quantity) ? static_cast<double>(o.limit.count()) : o.share;
  p.used = m.value / limit;
  p.standing = p.used >= 1             ? Standing::broken
               : p.used >= kCloseShare ? Standing::close
                                       : Standing::kept;
  return p;
}

}  // namespace

Promise judge(std::span<const Objective> objectives, const RowIdentity& row,
              const WindowStats& window) {
  Promise worst;
  for (const Objective& o : objectives) {
    if (!concerns(o, row)) continue;
    const auto m = measured(o, window);
    if (!m) continue;
    Promise p = one(o, *m, window.tainted);
    const bool worse = p.standing > worst.standing ||
                       (p.standing == worst.standing && p.used > worst.used);
    if (worse) worst = std::move(p);
  }
  return worst;
}

}  // namespace netlat
