// Zones of clients by zones of servers as a heat map.  A pair that something
// was promised for is shaded by the share of it that is used, so that a long
// way that is well does not outshine a short one that is not; others by their
// value among all.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

std::string zone_label(const std::string& zone) {
  return zone.empty() ? "unknown" : zone;
}

const TrafficRow* find_pair(const Snapshot& s, const std::string& client,
                            const std::string& server) {
  for (const TrafficRow& row : s.pairs) {
    if (row.client_zone == client && row.server_zone == server) return &row;
  }
  return nullptr;
}

// The number in a cell, and the same to compare with; nothing if too few.
std::optional<double> value_of(const TrafficRow& row, Metric metric) {
  const RowValues& v = row.values;
  if (metric == Metric::retransmits) {
    if (v.counts.segments == 0) return std::nullopt;
    return static_cast<double>(v.counts.retransmits) /
           static_cast<double>(v.counts.segments);
  }
  const Quantiles& q = metric == Metric::service ? v.service : v.network;
  if (q.n == 0) return std::nullopt;
  return static_cast<double>(q.highest_of(q.n).count());
}

std::string text_of(const TrafficRow& row, Metric metric) {
  const auto value = value_of(row, metric);
  if (!value) return "-";
  if (metric == Metric::retransmits) {
    return percent_of(row.values.counts.retransmits,
                      row.values.counts.segments) +
           "%";
  }
  std::string text = ms_text(Nanos{static_cast<std::int64_t>(*value)});
  if (row.promise.standing == Standing::broken) text += '!';
  if (row.promise.standing == Standing::close) text += '~';
  return text;
}

// By the share of the promise that is used, the limit itself in the middle of
// the darker half.
std::size_t level_by_promise(double used) {
  constexpr double kBounds[] = {0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1, 1.5, 2};
  return static_cast<std::size_t>(
      std::upper_bound(std::begin(kBounds), std::end(kBounds), used) -
      std::begin(kBounds));
}

struct Matrix {
  std::vector<std::string> clients, servers;
  double low = 1e15, high = 0;
};

Matrix matrix_of(const Canvas& c) {
  std::set<std::string> clients, servers;
  Matrix m;
  for (const TrafficRow& row : c.s.pairs) {
    clients.insert(row.client_zone);
    servers.insert(row.server_zone);
    if (const auto value = value_of(row, c.ui.metric)) {
      m.low = std::min(m.low, std::max(*value, 1e-6));
      m.high = std::max(m.high, *value);
    }
  }
  m.clients.assign(clients.begin(), clients.end());
  m.servers.assign(servers.begin(), servers.end());
  return m;
}

void draw_cell(const Canvas& c, const Matrix& m, const TrafficRow* row, int x,
               int y, int width, int height, bool here) {
  if (row == nullptr) {
    c.grid.put(x + width / 2, y + height / 2, U'.', {Role::faint});
    return;
  }
  const auto value = value_of(*row, c.ui.metric);
  const bool promised = row->promise.standing > Standing::insufficient;
  const std::size_t level = !value     ? 0
                            : promised ? level_by_promise(row->promise.used)
                            : m.high <= m.low
                                ? 1
                                : 1 + log_step(std::max(*value, m.low), m.low,
                                               m.high * 1.001, kHeatLevels - 1);
  for (int r = 0; value && r < height; ++r) {
    draw_heat(c.grid, x, y + r, width, level, c.glyphs);
  }
  std::string shown = text_of(*row, c.ui.metric);
  // Where it is narrow, the number comes before what is around it.
  if (std::cmp_less_equal(shown.size() + 2, width)) {
    shown = (here ? "[" : " ") + shown + (here ? "]" : " ");
  }
  shown.resize(std::min(shown.size(), static_cast<std::size_t>(width)));
  Style style = promised ? style_of(row->promise.standing) : Style{};
  if (here) style = selected(style);
  c.grid.write(x + (width - static_cast<int>(shown.size())) / 2,
               y + (height - 1) / 2, shown, style);
}

void draw_pair(const Canvas& c, const TrafficRow& row, Area area) {
  if (area.rows <= 0) return;
  const RowValues& v = row.values;
  draw_rule(c.grid, 0, area.top, c.grid.columns(),
            row.name + "  " +
                (row.promise.standing == Standing::none
                     ? ""
                     : row.promise.text + " " +
                           std::string(word_of(row.promise.standing))),
            c.glyphs);
  const auto times = [](const char* what, const Quantiles& q) {
    return fmt::format("{} p50 {}  p95 {}  p99 {}  max {} ms  n {}", what,
                       ms_or_dash(q, &Quantiles::p50),
                       ms_or_dash(q, &Quantiles::p95),
                       ms_or_dash(q, &Quantiles::p99),
                       ms_or_dash(q, &Quantiles::max), count_text(q.n));
  };
  const std::string lines[] = {
      times("network RTT ", v.network), times("service time", v.service),
      fmt::format(
          "sent again {}% of {} segments  lost {}  connects {}  "
          "failed {}  {}bit/s",
          percent_of(v.counts.retransmits, v.counts.segments),
          count_text(v.counts.segments), count_text(v.counts.lost),
          count_text(v.counts.connects), count_text(v.counts.connect_failures),
          short_count(8 * static_cast<double>(v.counts.bytes) / v.seconds))};
  int y = area.top + 1;
  for (const std::string& line : lines) {
    if (y >= area.end()) return;
    c.grid.write(1, y++, cut_end(line, c.grid.columns() - 2));
  }
  if (y >= area.end()) return;
  const std::vector<std::optional<double>> values(row.trend.begin(),
                                                  row.trend.end());
  double top = c.s.metric == Metric::retransmits ? 0.01 : 1e6;
  for (const auto& value : values) top = std::max(top, value.value_or(0));
  constexpr std::string_view kOf[kMetrics] = {"RTT", "service time",
                                              "sent again"};
  const int x = c.grid.write(
      1, y,
      fmt::format("{}, {} each ", kOf[static_cast<std::size_t>(c.s.metric)],
                  step_text(c.s.trend_step)),
      {Role::faint});
  draw_levels(c.grid, x, y, c.grid.columns() - x - 1, values, top, c.glyphs);
}

std::string_view metric_text(Metric metric) {
  switch (metric) {
    case Metric::rtt:
      return "network RTT p99, ms";
    case Metric::service:
      return "service time p99, ms";
    case Metric::retransmits:
      return "segments sent again";
  }
  return "";
}

}  // namespace

void draw_zones(const Canvas& c, Area area) {
  if (!c.s.has_zones) {
    return draw_notice(c, area, "No zones are known.",
                       "Give a map with --zones FILE; netlat zones import "
                       "makes one from cloud or cluster listings");
  }
  const Matrix m = matrix_of(c);
  const auto& list = c.ui.list();
  const TrafficRow* chosen =
      list.index < c.s.pairs.size() ? &c.s.pairs[list.index] : nullptr;
  const int detail = area.rows >= 12 ? 5 : area.rows >= 8 ? 2 : 0;
  int y = area.top;
  const int label = std::clamp(c.grid.columns() / 6, 6, 14);
  const int columns = std::max(static_cast<int>(m.servers.size()), 1);
  const int width =
      std::clamp((c.grid.columns() - label - 2) / columns - 1, 5, 18);
  if (area.rows >= 4) {
    c.grid.write(1, y, cut_end("FROM \\ TO", label), {Role::heading});
    c.grid.write_right(c.grid.columns() - 24, y++, 23, metric_text(c.ui.metric),
                       {Role::faint});
    int x = label + 1;
    for (const std::string& server : m.servers) {
      c.grid.write_right(x, y, width, cut_end(zone_label(server), width),
                         {Role::heading});
      x += width + 1;
    }
    ++y;
  }
  const int room = area.end() - y - detail;
  const int height = std::clamp(
      room / std::max(static_cast<int>(m.clients.size()), 1) - 1, 1, 3);
  const int step = room >= (height + 1) * static_cast<int>(m.clients.size())
                       ? height + 1
                       : 1;
  for (const std::string& client : m.clients) {
    if (y + height > area.end() - detail) break;
    c.grid.write_right(1, y + (height - 1) / 2, label - 1,
                       cut_end(zone_label(client), label - 1), {Role::heading});
    int x = label + 1;
    for (const std::string& server : m.servers) {
      const TrafficRow* row = find_pair(c.s, client, server);
      draw_cell(c, m, row, x, y, width, step > 1 ? height : 1,
                row != nullptr && row == chosen);
      x += width + 1;
    }
    y += step;
  }
  if (chosen != nullptr && detail > 0) {
    draw_pair(c, *chosen, {area.end() - detail, detail});
  }
}

}  // namespace netlat
