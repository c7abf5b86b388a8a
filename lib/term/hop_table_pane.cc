// The table of hops with a sparkline each, and below it what stands out.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/term/hop_panes.h"
#include "lib/term/hop_rounds.h"
#include "netlat/base/safe_text.h"
#include "netlat/measure/quantiles.h"
#include "netlat/report/number_text.h"
#include "netlat/term/chart.h"
#include "netlat/term/columns.h"

namespace netlat {

namespace {

// A sparkline is worth its room from here on.
constexpr int kLeastTrend = 8;
constexpr int kLeastPlace = 15, kMostPlace = 34;
constexpr int kLeastLabels = 8, kMostLabels = 24;

enum class Column : std::uint8_t {
  hop,
  place,
  origin,
  labels,
  zone,
  loss,
  sent,
  last,
  best,
  p50,
  p95,
  worst,
  mean,
  deviation,
  jitter,
  adds,
  trend,
};

struct TableColumn {
  Column what;
  GridColumn layout;
};

// "16001 299776 et-0/0/1"
std::string labels_text(const IcmpExtension& extension) {
  std::string out;
  for (const MplsLabel& label : extension.labels) {
    out += (out.empty() ? "" : " ") + std::to_string(label.label);
  }
  for (const InterfaceInfo& i : extension.interfaces) {
    if (i.name.empty()) continue;
    out += (out.empty() ? "" : " ") + SafeText(i.name).str();
  }
  return out.empty() ? "-" : out;
}

// No wider than what stands there: the rest is for the trend.
int widest_place(const HopReport& report, const HopView& view) {
  int most = kLeastPlace;
  for (const HopRow& row : report.rows) {
    most = std::max(most, text_columns(hop_place(report, row, view.names)));
  }
  return std::min(most, kMostPlace);
}

int widest_labels(const HopReport& report) {
  int most = kLeastLabels;
  for (const HopRow& row : report.rows) {
    most = std::max(most, text_columns(labels_text(row.extension)));
  }
  return std::min(most, kMostLabels);
}

std::vector<TableColumn> columns_of(const HopReport& report,
                                    const HopView& view) {
  using enum Column;
  std::vector<TableColumn> all = {
      {hop, {"HOP", 3, 3, 0, true}},
      {place, {"ADDRESS", kLeastPlace, widest_place(report, view), 0, false}},
      {origin, {"ORIGIN", 10, 12, 3, false}},
      {labels, {"LABELS", kLeastLabels, widest_labels(report), 1, false}},
      {zone, {" ZONE", 8, 12, 2, false}},
      {loss, {"LOSS", 12, 12, 0, false}},
      {sent, {"SENT", 5, 5, 5, true}},
      {last, {"LAST", 5, 6, 4, true}},
      {best, {"BEST", 5, 6, 6, true}},
      {p50, {"p50", 5, 6, 0, true}},
      {p95, {"p95", 5, 6, 3, true}},
      {worst, {"WORST", 5, 6, 1, true}},
      {mean, {"MEAN", 5, 6, 2, true}},
      {deviation, {"STDEV", 5, 6, 2, true}},
      {jitter, {"JITTER", 6, 6, 1, true}},
      {adds, {"ADDS  ", 7, 8, 2, true}},
      {trend, {"TREND", kLeastTrend, 400, 1, false}}};
  std::erase_if(all, [&](const TableColumn& c) {
    const bool spread =
        c.what == mean || c.what == deviation || c.what == jitter;
    const bool place_in_time =
        c.what == best || c.what == p95 || c.what == worst;
    return (c.what == zone && report.zones.empty()) ||
           (c.what == origin && (report.origins.empty() || !view.origins)) ||
           (c.what == labels && !view.labels) || (spread && !view.jitter) ||
           (place_in_time && view.jitter);
  });
  return all;
}

std::string share_text(const HopRow& row) {
  const double percent = 100 * row.own.share;
  return fmt::format("{:.{}f} %", percent, percent < 9.95 ? 1 : 0);
}

std::string loss_words(const HopRow& row) {
  switch (row.verdict) {
    case HopVerdict::silent:
      return "silent";
    case HopVerdict::icmp_limited:
      return "icmp_limited";
    case HopVerdict::return_path:
      return "return_path?";
    case HopVerdict::unjudged:
      return share_text(row) + " ?";
    case HopVerdict::loss:
      return share_text(row);
    case HopVerdict::ok:
      break;
  }
  return row.expired == 0 ? "-" : "path 0 %";
}

std::string ns_text(std::optional<double> ns) {
  return ns ? ms_text(Nanos{std::llround(*ns)}) : "-";
}

std::string cell_text(const HopSnapshot& shot, const HopView& view,
                      std::size_t index, Column what) {
  const HopReport& report = shot.report;
  const HopRow& row = report.rows[index];
  const Quantiles q = row.rtt.histogram().quantiles();
  const auto time = [&](Nanos value, std::uint64_t least) {
    return q.n >= least ? ms_text(value) : std::string("-");
  };
  switch (what) {
    case Column::hop:
      return hop_number(row);
    case Column::place:
      return hop_place(report, row, view.names);
    case Column::origin:
      return origin_text(report.origins[index]);
    case Column::labels:
      return labels_text(row.extension);
    case Column::zone: {
      const HopZone& zone = report.zones[index];
      if (zone.status == ZoneStatus::ambiguous) return " ambiguous";
      if (zone.name.empty()) return " -";
      return (zone.crosses() ? '>' : ' ') + zone.name;
    }
    case Column::loss:
      return loss_words(row);
    case Column::sent:
      return count_text(row.sent);
    case Column::last:
      return time(row.rtt.last(), 1);
    case Column::best:
      return time(q.min, 1);
    case Column::p50:
      return time(q.p50, 1);
    case Column::p95:
      return time(q.p95, kSamplesForP95);
    case Column::worst:
      return time(q.max, 1);
    case Column::mean:
      return q.n > 0 ? ns_text(row.rtt.mean()) : "-";
    case Column::deviation:
      return q.n > 1 ? ns_text(row.rtt.deviation()) : "-";
    case Column::jitter:
      return ns_text(row.rtt.jitter());
    case Column::adds:
      if (!row.growth) return "-  ";
      return ms_text(std::max(Nanos{0}, row.growth->added)) +
             (row.adds_most ? " <" : "  ");
    case Column::trend:
      break;
  }
  return {};
}

void draw_trend(Grid& grid, const PlacedColumn& at, int y,
                const HopSnapshot& shot, const HopRow& row,
                const Glyphs& glyphs) {
  const auto rounds =
      last_rounds(shot.report, row, static_cast<std::size_t>(at.width));
  std::vector<std::optional<double>> values;
  double top = 0;
  for (const HopRound& r : rounds) {
    values.push_back(r.rtt ? std::optional(static_cast<double>(r.rtt->count()))
                           : std::nullopt);
    top = std::max(top, values.back().value_or(0));
  }
  draw_levels(grid, at.x, y, at.width, values, top, glyphs);
  const int begin = at.x + at.width - static_cast<int>(rounds.size());
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    if (!rounds[i].lost || rounds[i].rtt) continue;
    grid.put(begin + static_cast<int>(i), y, U'!', verdict_style(row));
  }
}

void draw_findings(Grid& grid, int top, int bottom, const HopSnapshot& shot,
                   const Glyphs& glyphs) {
  if (bottom - top < 2) return;
  draw_rule(grid, 0, top, grid.columns(), "WHAT STANDS OUT", glyphs);
  int y = top + 1;
  for (const std::string& sentence : hop_sentences(shot.report)) {
    y = write_wrapped(grid, y, bottom, sentence, {});
  }
}

}  // namespace

void draw_hop_table(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                    const HopView& view, const Glyphs& glyphs) {
  const HopReport& report = shot.report;
  const auto columns = columns_of(report, view);
  std::vector<GridColumn> layout;
  layout.reserve(columns.size());
  for (const TableColumn& c : columns) layout.push_back(c.layout);
  const auto placed = place_columns(layout, 0, grid.columns());
  draw_headings(grid, area.top, layout, placed);
  const int count = static_cast<int>(report.rows.size());
  int y = area.top + 1;
  for (int i = view.scrolled; i < count && y < area.bottom; ++i, ++y) {
    const auto index = static_cast<std::size_t>(i);
    const HopRow& row = report.rows[index];
    for (const PlacedColumn& at : placed) {
      const Column what = columns[at.index].what;
      if (what == Column::trend) {
        draw_trend(grid, at, y, shot, row, glyphs);
        continue;
      }
      const bool judged = what == Column::loss;
      const bool marked = what == Column::adds && row.adds_most;
      Style style;
      if (row.former) style = {Role::faint};
      if (judged) style = verdict_style(row);
      if (marked) style = {Role::warning};
      draw_in_column(grid, y, layout[at.index], at,
                     cell_text(shot, view, index, what), style);
    }
  }
  draw_findings(grid, y + 1, area.bottom, shot, glyphs);
}

}  // namespace netlat
