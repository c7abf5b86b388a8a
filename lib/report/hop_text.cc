// The path as a person reads it: a table of hops, then sentences for what the
// table cannot say.

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/hop_words.h"
#include "netlat/base/safe_text.h"
#include "netlat/measure/quantiles.h"
#include "netlat/report/hop_report.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

constexpr std::size_t kShortestAddress = 15;

std::string round_ms(double ns) {
  return ms_text(Nanos{static_cast<std::int64_t>(ns)});
}

std::string title_of(const PathReport& path) {
  const ProbePlan& plan = path.plan;
  const bool endless = plan.rounds == kEndless;
  return plan_title(plan) +
         fmt::format(", {} of {}, {}{}",
                     endless ? "rounds" : plural(plan.rounds, "round"),
                     duration_text(plan.interval),
                     plural(path.lanes.size(), "lane"),
                     path.complete || endless ? "" : ", stopped early");
}

TextCell loss_cell(const HopRow& row) {
  const std::string missing = fmt::format("{}/{}", row.expired, row.sent);
  switch (row.verdict) {
    case HopVerdict::silent:
      return {"silent", false};
    case HopVerdict::icmp_limited:
      return {"icmp_limited", false};
    case HopVerdict::return_path:
      return {"return_path?", false};
    case HopVerdict::unjudged:
      return {missing + "?", false};
    case HopVerdict::loss:
      return {loss_text(row.own), true};
    case HopVerdict::ok:
      break;
  }
  return {row.expired == 0 ? "-" : "path 0 %", false};
}

std::string address_cell(const HopReport& report, const HopRow& row) {
  if (!row.address) return "-";
  std::string out = row.address->text();
  const auto name = report.names.find(*row.address);
  if (name != report.names.end()) out += ' ' + SafeText(name->second).str();
  return out;
}

std::string growth_cell(const HopRow& row) {
  if (!row.growth) return "-  ";
  return ms_text(std::max(Nanos{0}, row.growth->added)) +
         (row.adds_most ? " <" : "  ");
}

// Marks a zone that differs from the one before.
TextCell zone_cell(const HopZone& zone) {
  if (zone.status == ZoneStatus::ambiguous) return {"ambiguous", false};
  if (zone.name.empty()) return {" -", false};
  return {(zone.crosses() ? '>' : ' ') + zone.name, zone.crosses()};
}

void add_row(const HopReport& report, std::size_t index, TextTable& table) {
  const HopRow& row = report.rows[index];
  const Quantiles q = row.rtt.histogram().quantiles();
  const auto shown = [&](Nanos value, std::uint64_t least) {
    return TextCell{q.n >= least ? ms_text(value) : "-", false};
  };
  const auto jitter = row.rtt.jitter();
  std::vector<TextCell> cells = {
      {std::to_string(row.ttl) + (row.former ? "*" : ""), false},
      {address_cell(report, row), false},
      {count_text(row.sent), false},
      loss_cell(row),
      shown(q.min, 1),
      shown(q.p50, 1),
      shown(q.p95, kSamplesForP95),
      shown(q.max, 1),
      {jitter ? round_ms(*jitter) : "-", false},
      {growth_cell(row), row.adds_most}};
  if (!report.zones.empty()) {
    cells.insert(cells.begin() + 2, zone_cell(report.zones[index]));
  }
  table.add_row(row.verdict == HopVerdict::loss && !row.former,
                std::move(cells));
}

TextTable hop_table(const HopReport& report) {
  std::vector<TextColumn> columns = {
      {"HOP"},    {"ADDRESS", Align::left, {}, kShortestAddress},
      {"SENT"},   {"LOSS", Align::left},
      {"BEST"},   {"p50"},
      {"p95"},    {"WORST"},
      {"JITTER"}, {"ADDS  "}};
  if (!report.zones.empty()) {
    columns.insert(columns.begin() + 2, {" ZONE", Align::left});
  }
  TextTable table(std::move(columns));
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    add_row(report, i, table);
  }
  return table;
}

// One line a lane: which way it goes and what that costs.
std::string lane_table(const HopReport& report, const TextStyle& style) {
  TextTable table({{"LANE"},
                   {"SOURCE PORT"},
                   {"HOPS"},
                   {"SENT"},
                   {"LOST"},
                   {"BEST"},
                   {"p50"},
                   {"WORST"},
                   {"PASSES", Align::left, {}, 0, true}});
  const PathReport& path = report.path;
  for (std::size_t i = 0; i < path.lanes.size(); ++i) {
    const LaneReport& lane = path.lanes[i];
    std::string passes;
    for (const HopRow& row : report.rows) {
      const bool here =
          std::find(row.lanes.begin(), row.lanes.end(), i) != row.lanes.end();
      if (row.former || !here || row.lanes.size() == path.lanes.size()) {
        continue;
      }
      if (row.address)
        passes += (passes.empty() ? "" : " ") + row.address->text();
    }
    std::vector<TextCell> cells = {
        {std::to_string(i + 1)},
        {std::to_string(lane.source_port)},
        {lane.distance ? std::to_string(*lane.distance) : "-"}};
    const HopSeries* end = lane_end(path, static_cast<std::uint16_t>(i));
    if (end == nullptr) {
      cells.insert(cells.end(), 5, TextCell{"-", false});
    } else {
      const Quantiles q = end->rtt.histogram().quantiles();
      cells.insert(cells.end(), {{count_text(end->sent)},
                                 {count_text(end->expired)},
                                 {ms_text(q.min)},
                                 {ms_text(q.p50)},
                                 {ms_text(q.max)}});
    }
    cells.push_back({passes.empty() ? "-" : passes, false});
    table.add_row(false, std::move(cells));
  }
  return table.render("LANES, ms to the target", style);
}

}  // namespace

std::string hop_text(const HopReport& report, const TextStyle& style) {
  std::string out = hop_table(report).render(title_of(report.path), style);
  for (const std::string& s : hop_sentences(report)) {
    out += wrapped_text(s, 1, style.width);
  }
  if (report.path.lanes.size() > 1) out += '\n' + lane_table(report, style);
  return out;
}

}  // namespace netlat
