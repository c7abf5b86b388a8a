#include "tools/probe/check.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "netlat/report/number_text.h"

namespace netlat {

namespace {

struct Name {
  std::string_view word;
  CheckWhat what;
};
constexpr Name kNames[] = {
    {"loss", CheckWhat::loss},    {"best", CheckWhat::best},
    {"p50", CheckWhat::p50},      {"p95", CheckWhat::p95},
    {"p99", CheckWhat::p99},      {"worst", CheckWhat::worst},
    {"jitter", CheckWhat::jitter}};

struct Unit {
  std::string_view word;
  double factor;
};
constexpr Unit kTimes[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

Error wrong(std::string_view text) {
  return {fmt::format("--check {}: write loss<1% or best, p50, p95, p99, "
                      "worst or jitter with a time, as p95<3ms",
                      text),
          ErrorKind::usage};
}

// In nanoseconds, or a share for loss; nullopt if nothing was measured.
std::optional<double> measured(CheckWhat what, const HopRow& row) {
  if (what == CheckWhat::loss) {
    if (row.sent == 0 || row.verdict == HopVerdict::unjudged ||
        row.verdict == HopVerdict::icmp_limited) {
      return std::nullopt;
    }
    return row.own.share;
  }
  if (what == CheckWhat::jitter) return row.rtt.jitter();
  const Quantiles q = row.rtt.histogram().quantiles();
  if (q.n == 0) return std::nullopt;
  const auto ns = [](Nanos n) { return static_cast<double>(n.count()); };
  switch (what) {
    case CheckWhat::best:
      return ns(q.min);
    case CheckWhat::p50:
      return ns(q.p50);
    case CheckWhat::p95:
      return ns(q.p95);
    case CheckWhat::p99:
      return ns(q.p99);
    default:
      return ns(q.max);
  }
}

}  // namespace

Result<ProbeCheck> ProbeCheck::parse(std::string_view text) {
  ProbeCheck check;
  check.text = text;
  const auto less = text.find('<');
  if (less == std::string_view::npos) return wrong(text);
  const std::string_view name = text.substr(0, less);
  const std::string_view limit = text.substr(less + 1);
  bool known = false;
  for (const Name& n : kNames) {
    if (n.word != name) continue;
    check.what = n.what;
    known = true;
  }
  const char* end = limit.data() + limit.size();
  const auto [at, error] = std::from_chars(limit.data(), end, check.limit);
  const std::string_view unit(at, static_cast<std::size_t>(end - at));
  if (!known || error != std::errc() || !std::isfinite(check.limit) ||
      check.limit < 0) {
    return wrong(text);
  }
  if (check.what == CheckWhat::loss) {
    if (unit != "%") return wrong(text);
    check.limit /= 100;
    return check;
  }
  for (const Unit& u : kTimes) {
    if (u.word != unit) continue;
    check.limit *= u.factor;
    return check;
  }
  return wrong(text);
}

std::string check_failure(const ProbeCheck& check, const HopRow* target,
                          const std::optional<LossInterval>& echo) {
  if (target == nullptr) return "the target did not answer";
  const auto value = echo && check.what == CheckWhat::loss
                         ? std::optional(echo->share)
                         : measured(check.what, *target);
  if (!value) return "it could not be measured";
  if (*value < check.limit) return {};
  if (check.what == CheckWhat::loss) {
    return fmt::format("it is {:.2f} %", *value * 100);
  }
  return "it is " + duration_text(Nanos{std::llround(*value)});
}

}  // namespace netlat
