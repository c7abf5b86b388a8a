#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

enum Column {
  kName,
  kRate,
  kP50,
  kP95,
  kP99,
  kMax,
  kRequests,
  kService50,
  kService99,
  kRepeats,
  kFailed,
  kUsed,
  kState,
  kPromise,
  kTrend
};

std::vector<GridColumn> columns_of(const Canvas& c) {
  const bool pairs = shows_pairs(c.s, c.ui);
  std::size_t longest = 7;
  for (const TrafficRow& row : overview_rows(c.s, c.ui)) {
    longest = std::max(longest, row.name.size());
  }
  const int name = static_cast<int>(std::min<std::size_t>(longest, 44));
  const bool promised =
      std::any_of(overview_rows(c.s, c.ui).begin(),
                  overview_rows(c.s, c.ui).end(), [](const TrafficRow& row) {
                    return row.promise.standing != Standing::none;
                  });
  std::vector<GridColumn> columns = {
      {pairs ? "FROM > TO" : "SERVICE", std::min(name, 21), name, 0, false},
      {"bit/s", 6, 0, 8},
      {"RTT p50", 7, 0, 1},
      {"p95", 5, 6, 5},
      {"p99", 5, 6, 0},
      {"max", 5, 6, 10},
      {"req/s", 5, 0, 9},
      {"SVC p50", 7, 0, 6},
      {"SVC p99", 7, 0, 2},
      {"RETX%", 5, 0, 4},
      {"FAIL", 4, 0, 7},
      {"USED", 5, 0, 11},
      {"STATE", 6, 0, promised ? 0 : 12},
      {"OBJECTIVE", 11, 14, 13, false},
      {"TREND", 6, 90, 3, false},
  };
  if (!promised) {
    columns[kUsed].leaves = columns[kState].leaves = columns[kPromise].leaves =
        99;
    columns[kUsed].least = columns[kState].least = columns[kPromise].least =
        1000;
  }
  return columns;
}

// What fills a trend: its highest, but no less than twice what is usual for the
// row, so that a steady one lies low and a spike stands out.
double trend_top(const std::vector<std::optional<double>>& values,
                 Metric metric) {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(*value);
  }
  if (known.empty()) return 0;
  const auto middle =
      known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::nth_element(known.begin(), middle, known.end());
  constexpr double kLeastTime = 1e5, kLeastShare = 0.01;
  return std::max({*std::max_element(known.begin(), known.end()), 2 * *middle,
                   metric == Metric::retransmits ? kLeastShare : kLeastTime});
}

void draw_trend(const Canvas& c, const TrafficRow& row, int x, int y,
                int width) {
  const std::vector<std::optional<double>> values(row.trend.begin(),
                                                  row.trend.end());
  draw_levels(c.grid, x, y, width, values, trend_top(values, c.s.metric),
              c.glyphs,
              row.promise.standing == Standing::broken ? Style{Role::alarm}
                                                       : Style{Role::trend});
}

std::string text_in(const TrafficRow& row, std::size_t column) {
  const RowValues& v = row.values;
  switch (column) {
    case kName:
      return row.name;
    case kRate:
      return short_count(8 * static_cast<double>(v.counts.bytes) / v.seconds);
    case kP50:
      return ms_or_dash(v.network, &Quantiles::p50);
    case kP95:
      return ms_or_dash(v.network, &Quantiles::p95);
    case kP99:
      return ms_or_dash(v.network, &Quantiles::p99);
    case kMax:
      return ms_or_dash(v.network, &Quantiles::max);
    case kRequests:
      return short_count(static_cast<double>(v.service.n) / v.seconds);
    case kService50:
      return ms_or_dash(v.service, &Quantiles::p50);
    case kService99:
      return ms_or_dash(v.service, &Quantiles::p99);
    case kRepeats:
      return percent_of(v.counts.retransmits, v.counts.segments);
    case kFailed:
      return v.counts.connect_failures == 0
                 ? "-"
                 : short_count(static_cast<double>(v.counts.connect_failures));
    case kUsed:
      return row.promise.standing <= Standing::insufficient
                 ? "-"
                 : fmt::format("{:.0f}%",
                               100 * std::min(row.promise.used, 99.));
    case kState:
      return std::string(word_of(row.promise.standing));
    case kPromise:
      return row.promise.text;
    default:
      return {};
  }
}

Style style_in(const TrafficRow& row, std::size_t column) {
  if (column == kState || column == kUsed)
    return style_of(row.promise.standing);
  if (column == kFailed && row.values.counts.connect_failures > 0) {
    return {Role::warning};
  }
  return {};
}

void draw_row(const Canvas& c, const TrafficRow& row, int y,
              std::span<const GridColumn> columns,
              std::span<const PlacedColumn> placed, bool here) {
  c.grid.put(0, y, static_cast<char32_t>(mark_of(row.promise.standing)),
             style_of(row.promise.standing));
  for (const PlacedColumn& p : placed) {
    if (p.index == kTrend) {
      draw_trend(c, row, p.x, y, p.width);
    } else {
      draw_in_column(c.grid, y, columns[p.index], p, text_in(row, p.index),
                     style_in(row, p.index));
    }
  }
  if (here) c.grid.select_row(y, selected_width(placed, kTrend));
}

// What the trend is of, where there is room to say so.
void draw_trend_heading(const Canvas& c, int y,
                        std::span<const PlacedColumn> placed) {
  constexpr std::string_view kOf[kMetrics] = {"RTT p99", "SVC p99", "RETX"};
  const std::string text = fmt::format(
      "TREND of {}, {} a column", kOf[static_cast<std::size_t>(c.s.metric)],
      step_text(c.s.trend_step));
  for (const PlacedColumn& p : placed) {
    if (p.index != kTrend || p.width < static_cast<int>(text.size())) continue;
    c.grid.write_field(p.x, y, p.width, text, {Role::heading});
  }
}

void draw_table(const Canvas& c, Area area) {
  const auto columns = columns_of(c);
  const auto placed = place_columns(columns, 1, c.grid.columns() - 2);
  const auto& rows = overview_rows(c.s, c.ui);
  int y = area.top;
  if (area.rows > 1) {
    draw_headings(c.grid, y, columns, placed);
    draw_trend_heading(c, y++, placed);
  }
  const ListState& list = c.ui.lists[static_cast<std::size_t>(View::overview)];
  const std::size_t top =
      first_shown(list, list.index, rows.size(), area.end() - y);
  for (std::size_t i = top; i < rows.size() && y < area.end(); ++i, ++y) {
    const TrafficRow& row = rows[i < c.ui.rows.size() ? c.ui.rows[i] : i];
    draw_row(c, row, y, columns, placed, row.name == list.selected);
  }
  if (rows.empty() && y < area.end()) {
    c.grid.write(1, y, "no TCP yet", {Role::faint});
  }
}

// Lines of a chart over time: p50, p95 and p99 of everything, logarithmic.
void draw_timeline(const Canvas& c, Area area) {
  draw_rule(c.grid, 0, area.top, c.grid.columns(),
            fmt::format(
                "{} of everything, ms: m p50, x p95, 9 p99; {} a "
                "column",
                c.ui.metric == Metric::service ? "SERVICE TIME" : "NETWORK RTT",
                step_text(c.s.trend_step)),
            c.glyphs);
  const int rows = area.rows - 1;
  constexpr int kLabel = 8;
  const int width = c.grid.columns() - kLabel - 1;
  // 1, 3, 10, ...: two rows a decade, the lowest at what is least.
  double low = 1e12, high = 0;
  for (const auto& point : c.s.timeline) {
    if (!point) continue;
    const BriefTimes& t =
        c.ui.metric == Metric::service ? point->service : point->network;
    if (t.n == 0) continue;
    low = std::min(low, static_cast<double>(t.p50));
    high = std::max(high, static_cast<double>(t.p99));
  }
  if (high <= 0 || rows < 2) return;
  low = std::pow(10, std::floor(std::log10(std::max(low, 1e3))));
  high = std::max(std::pow(10, std::ceil(std::log10(high))), low * 10);
  const auto steps = static_cast<std::size_t>(rows);
  for (std::size_t r = 0; r < steps; ++r) {
    const double at =
        low * std::pow(high / low,
                       static_cast<double>(r) / static_cast<double>(steps));
    const int y = area.end() - 1 - static_cast<int>(r);
    c.grid.write_right(0, y, kLabel - 1,
                       ms_text(Nanos{static_cast<std::int64_t>(at)}),
                       {Role::faint});
  }
  const int shown = std::min(width, static_cast<int>(c.s.timeline.size()));
  for (int i = 0; i < shown; ++i) {
    const auto& point =
        c.s.timeline[c.s.timeline.size() - 1 - static_cast<std::size_t>(i)];
    if (!point) continue;
    const BriefTimes& t =
        c.ui.metric == Metric::service ? point->service : point->network;
    if (t.n == 0) continue;
    const int x = c.grid.columns() - 2 - i;
    const auto put = [&](float value, char32_t glyph, Style style) {
      const auto step = log_step(value, low, high, steps);
      c.grid.put(x, area.end() - 1 - static_cast<int>(step), glyph, style);
    };
    if (t.n >= kSamplesForP99) put(t.p99, U'9', {Role::warning});
    if (t.n >= kSamplesForP95) put(t.p95, U'x', {Role::trend});
    put(t.p50, U'm', {Role::text});
  }
}

}  // namespace

void draw_overview(const Canvas& c, Area area) {
  const int total = area.rows;
  const auto rows = static_cast<int>(overview_rows(c.s, c.ui).size());
  int events = 0, chart = 0, flows = 0;
  if (total >= 14) {
    // The list first, but never more than half while there is more to show.
    events = std::min(5, static_cast<int>(c.s.events.size()) + 1);
    if (c.s.events.empty()) events = 0;
    const int table = std::min(rows + 1, total / 2);
    chart = total >= 36 ? 9 : 0;
    flows = std::max(0, total - table - events - chart);
    if (flows < 3 || c.s.flows->empty()) flows = 0;
    flows = std::min(flows, static_cast<int>(c.ui.flows.size()) + 2);
    if (chart > 0) {
      constexpr int kHighest = 17;
      chart = std::min(kHighest, total - (rows + 1) - events - flows);
      chart = std::max(chart, 0);
    }
  }
  Area table{area.top, total - events - chart - flows};
  draw_table(c, table);
  Area rest{table.end(), chart};
  if (chart > 0) draw_timeline(c, rest);
  rest = {rest.end(), flows};
  if (flows > 0) {
    draw_rule(c.grid, 0, rest.top, c.grid.columns(),
              fmt::format("CONNECTIONS by {}", to_word(c.ui.order)), c.glyphs);
    draw_flow_lines(c, {rest.top + 1, rest.rows - 1}, 0, "");
  }
  rest = {rest.end(), events};
  if (events > 0) {
    draw_rule(c.grid, 0, rest.top, c.grid.columns(), "EVENTS", c.glyphs);
    draw_event_lines(c, {rest.top + 1, rest.rows - 1}, 0, "");
  }
}

}  // namespace netlat
