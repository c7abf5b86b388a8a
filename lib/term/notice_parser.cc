#include "lib/term/notice_parser.h"

#include <fmt/format.h>

#include "netlat/base/safe_text.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

using Element = simdjson::dom::element;

double number(const JsonFields& object, std::string_view key) {
  double value = 0;
  return object.get(key, value) ? value : 0;
}

// "p50 0.91, p99 41.2 ms of 160"; empty where nothing was measured.
std::string quantiles_text(const JsonFields& object, std::string_view key) {
  const Quantiles q = quantiles(object, key).quantiles();
  if (q.n == 0) return {};
  return fmt::format("p50 {}, p99 {} of {}", duration_text(q.p50),
                     q.n < kSamplesForP99 ? "-" : duration_text(q.p99),
                     count_text(q.n));
}

// The first of a list: sentences, or objects with one by that `name`.
void add_each(const JsonFields& o, std::string_view key, std::string_view label,
              std::string_view name, std::vector<std::string>& grounds) {
  constexpr int kMost = 20;
  simdjson::dom::array all;
  if (!o.get(key, all)) return;
  int left = kMost;
  for (const Element one : all) {
    if (left-- == 0) break;
    std::string_view plain;
    simdjson::dom::object object;
    std::string said;
    if (one.get(plain) == simdjson::SUCCESS) said = SafeText(plain).str();
    if (one.get(object) == simdjson::SUCCESS) {
      const JsonFields fields(object);
      const std::uint64_t frame = count(fields, "frame");
      if (frame > 0) said = fmt::format("frame {}: ", count_text(frame));
      said += text(fields, name);
    }
    if (!said.empty()) grounds.push_back(std::string(label) + said);
  }
}

// What a finding rests on, one sentence each: what it says of itself, before
// and during, its evidence, what speaks against it, what else it may be.
std::vector<std::string> grounds_of(const JsonFields& o) {
  std::string first =
      fmt::format("{}, score {:.2f}", text(o, "cause"), number(o, "score"));
  if (const auto excess = duration(o, "excess_ns")) {
    first += ", " + duration_text(*excess) + " of waiting more";
  }
  if (const auto affected = member(o, "affected")) {
    first += fmt::format(", {} turns of {} connections",
                         count_text(count(*affected, "turns")),
                         count_text(count(*affected, "connections")));
  }
  std::vector<std::string> grounds = {std::move(first)};
  const std::string before = quantiles_text(o, "baseline");
  const std::string during = quantiles_text(o, "during");
  if (!before.empty()) grounds.push_back("before: " + before);
  if (!during.empty()) grounds.push_back("during: " + during);
  add_each(o, "evidence", "", "what", grounds);
  add_each(o, "contradicts", "not: ", "what", grounds);
  add_each(o, "alternatives", "or: ", "cause", grounds);
  const std::string advice = text(o, "advice");
  if (!advice.empty()) grounds.push_back("do: " + advice);
  return grounds;
}

}  // namespace

Record finding_of(const JsonFields& o) {
  const auto start = time(o, "start_us");
  if (!start) return {};
  NoticeRecord notice;
  notice.time = *start;
  if (const auto scope = member(o, "scope"))
    notice.where = text(*scope, "value");
  if (notice.where.empty()) notice.where = "everything";
  notice.what = text(o, "title");
  if (notice.what.empty()) notice.what = text(o, "cause");
  notice.evidence = grounds_of(o);
  return notice;
}

Record event_of(const JsonFields& o) {
  const auto at = time(o, "time_us");
  if (!at || text(o, "event") != "route_change") return {};
  NoticeRecord notice;
  notice.time = *at;
  notice.where = text(o, "target");
  const auto address = [&](std::string_view key) {
    const std::string known = text(o, key);
    return known.empty() ? std::string("no answer") : known;
  };
  notice.what = fmt::format("path changed from hop {} on", count(o, "ttl"));
  notice.evidence = {fmt::format("hop {} was {}, is {}", count(o, "ttl"),
                                 address("before"), address("after"))};
  return notice;
}

}  // namespace netlat
