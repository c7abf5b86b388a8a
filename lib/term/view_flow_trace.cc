// What the packets of one connection say: round trips of both halves as
// histograms and over time, with marks of trouble, and its slowest turns.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

constexpr int kLabel = 8;

struct Range {
  double low = 1e15, high = 0;

  void add(Nanos value) {
    const double v = std::max(static_cast<double>(value.count()), 1e3);
    low = std::min(low, v);
    high = std::max(high, v);
  }
  // A part of a row's width above the highest, so that it lies inside.
  double top() const { return std::max(high * 1.01, low * 1.1); }
  double bound(int step, int steps) const {
    return low * std::pow(top() / low, static_cast<double>(step) / steps);
  }
  int step(Nanos value, int steps) const {
    const double v = static_cast<double>(value.count());
    return static_cast<int>(
        log_step(v, low, top(), static_cast<std::size_t>(steps)));
  }
};

void draw_bound(const Canvas& c, int x, int y, double bound) {
  c.grid.write_right(x, y, kLabel - 1,
                     ms_text(Nanos{static_cast<std::int64_t>(bound)}),
                     {Role::faint});
}

void draw_half(const Canvas& c, int x, int width, Area area,
               const FlowTrace& trace, Dir half) {
  Range range;
  std::uint64_t n = 0;
  for (const TraceSample& s : trace.samples()) {
    if (s.half != half) continue;
    range.add(s.rtt);
    ++n;
  }
  const std::string title =
      fmt::format("RTT to {}, ms, {} samples",
                  half == Dir::c2s ? "server" : "client", count_text(n));
  draw_rule(c.grid, x, area.top, width, title, c.glyphs);
  const int steps = area.rows - 1;
  if (n == 0 || steps <= 0) return;
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(steps));
  for (const TraceSample& s : trace.samples()) {
    if (s.half != half) continue;
    ++counts[static_cast<std::size_t>(range.step(s.rtt, steps))];
  }
  const auto most = *std::max_element(counts.begin(), counts.end());
  constexpr int kShare = 7;
  for (int i = 0; i < steps; ++i) {
    const std::uint64_t count = counts[static_cast<std::size_t>(i)];
    const int y = area.top + 1 + i;
    draw_bound(c, x, y, range.bound(i, steps));
    draw_bar(c.grid, x + kLabel, y, width - kLabel - kShare - 1,
             static_cast<double>(count) / static_cast<double>(most), c.glyphs);
    if (count == 0) continue;
    c.grid.write_right(x + width - kShare - 1, y, kShare,
                       percent_of(count, n) + "%", {Role::faint});
  }
}

// A step of time in which the whole of `span` fits `columns`.
Nanos step_of(Nanos span, int columns) {
  using std::chrono::milliseconds;
  constexpr std::array<milliseconds, 14> kSteps = {
      milliseconds(10),     milliseconds(20),     milliseconds(50),
      milliseconds(100),    milliseconds(200),    milliseconds(500),
      milliseconds(1000),   milliseconds(2000),   milliseconds(5000),
      milliseconds(10000),  milliseconds(30000),  milliseconds(60000),
      milliseconds(300000), milliseconds(3600000)};
  for (const milliseconds step : kSteps) {
    if (span / step < columns) return step;
  }
  return kSteps.back();
}

struct Column {
  std::vector<Nanos> rtts;
  std::array<bool, kMarkKinds> marks{};
};

constexpr std::array<char32_t, kMarkKinds> kMarks = {U'R', U'X', U'o', U'w'};

// The gravest of a column's marks.
void draw_mark(const Canvas& c, int x, int y, const Column& column) {
  for (const MarkKind kind :
       {MarkKind::timed_out, MarkKind::sent_again, MarkKind::window_closed,
        MarkKind::out_of_order}) {
    const auto i = static_cast<std::size_t>(kind);
    if (!column.marks[i]) continue;
    c.grid.put(x, y, kMarks[i],
               {kind == MarkKind::timed_out ? Role::alarm : Role::warning});
    return;
  }
}

// The half that takes longer at its median is the network's; the other is this
// host alone.
Dir longer_half(const FlowTrace& trace) {
  std::array<std::vector<Nanos>, 2> of;
  for (const TraceSample& s : trace.samples()) {
    of[s.half == Dir::c2s ? 0 : 1].push_back(s.rtt);
  }
  const auto median = [](std::vector<Nanos>& all) {
    if (all.empty()) return Nanos{-1};
    const auto middle =
        all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
  };
  return median(of[0]) >= median(of[1]) ? Dir::c2s : Dir::s2c;
}

void draw_columns(const Canvas& c, Area area, std::vector<Column>& columns,
                  const Range& range) {
  const int steps = area.rows - 3;
  const int bottom = area.top + steps;
  for (int i = 0; i < steps; ++i) {
    draw_bound(c, 0, bottom - i, range.bound(i, steps));
  }
  c.grid.write_right(0, bottom + 1, kLabel - 1, "marks", {Role::faint});
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int x = kLabel + static_cast<int>(i);
    Column& column = columns[i];
    draw_mark(c, x, bottom + 1, column);
    if (column.rtts.empty()) continue;
    std::sort(column.rtts.begin(), column.rtts.end());
    c.grid.put(x, bottom - range.step(column.rtts.back(), steps), U'^',
               {Role::trend});
    c.grid.put(x,
               bottom - range.step(column.rtts[column.rtts.size() / 2], steps),
               U'm');
  }
}

}  // namespace

void draw_trace_histograms(const Canvas& c, Area area, const FlowTrace& trace) {
  const int half = c.grid.columns() / 2;
  draw_half(c, 0, half, area, trace, Dir::c2s);
  draw_half(c, half, c.grid.columns() - half, area, trace, Dir::s2c);
}

void draw_trace_timeline(const Canvas& c, Area area, const FlowTrace& trace) {
  const int width = c.grid.columns() - kLabel - 1;
  if (width <= 0 || area.rows < 4 || !trace.first()) return;
  const Nanos step = step_of(*trace.last() - *trace.first(), width);
  const Dir half = longer_half(trace);
  std::vector<Column> columns(static_cast<std::size_t>(std::min<std::int64_t>(
      (*trace.last() - *trace.first()) / step + 1, width)));
  const auto column_of = [&](Stamp time) -> Column& {
    const auto at = static_cast<std::size_t>(
        std::max<std::int64_t>((time - *trace.first()) / step, 0));
    return columns[std::min(at, columns.size() - 1)];
  };
  Range range;
  for (const TraceSample& s : trace.samples()) {
    if (s.half != half) continue;
    range.add(s.rtt);
    column_of(s.time).rtts.push_back(s.rtt);
  }
  for (const TraceMark& mark : trace.marks()) {
    column_of(mark.time).marks[static_cast<std::size_t>(mark.kind)] = true;
  }
  draw_rule(
      c.grid, 0, area.top, c.grid.columns(),
      fmt::format("RTT to {} over time, ms: m median, ^ highest; {} a "
                  "column",
                  half == Dir::c2s ? "server" : "client", step_text(step)),
      c.glyphs);
  if (range.high > 0) draw_columns(c, area, columns, range);
  const int y = area.end() - 1;
  const int x =
      c.grid.write(kLabel, y, clock_text(*trace.first()), {Role::faint});
  c.grid.write(x + 2, y,
               cut_end("R sent again  X after a timer  o out of order  "
                       "w window closed",
                       c.grid.columns() - x - 3),
               {Role::faint});
}

namespace {

Nanos length_of(const TraceTurn& turn) {
  return turn.elapsed.value_or(turn.response_again - turn.request);
}

// From the request on: what each part took, on a scale common to all turns.
void draw_parts(const Canvas& c, int x, int y, int width, const TraceTurn& t,
                Nanos longest) {
  const Nanos waited = t.response - t.request_again;
  // Of a request that was sent again it is not known how the wait divides.
  const Nanos server = std::min(t.service.value_or(Nanos{0}), waited);
  const char32_t wait = t.service ? U'.' : U'?';
  struct Part {
    Nanos length;
    char32_t glyph;
    Role role;
  };
  const Part parts[] = {{t.request_end - t.request, U'>', Role::text},
                        {t.request_again - t.request_end, U'R', Role::alarm},
                        {waited - server, wait, Role::trend},
                        {server, U'=', Role::warning},
                        {t.response_end - t.response, U'<', Role::text},
                        {t.response_again - t.response_end, U'R', Role::alarm}};
  const double scale =
      width / std::max(1.0, static_cast<double>(longest.count()));
  double end = 0;
  int at = 0;
  for (const Part& part : parts) {
    end += scale * static_cast<double>(std::max(part.length, Nanos{0}).count());
    const int until = std::clamp(static_cast<int>(std::lround(end)), at, width);
    c.grid.repeat(x + at, y, until - at, part.glyph, {part.role});
    at = until;
  }
}

}  // namespace

void draw_trace_turns(const Canvas& c, Area area, const FlowTrace& trace) {
  std::vector<const TraceTurn*> turns;
  for (const TraceTurn& turn : trace.turns()) turns.push_back(&turn);
  const auto shown = std::min<std::size_t>(
      turns.size(), static_cast<std::size_t>(std::max(area.rows - 2, 0)));
  std::partial_sort(turns.begin(),
                    turns.begin() + static_cast<std::ptrdiff_t>(shown),
                    turns.end(), [](const TraceTurn* a, const TraceTurn* b) {
                      return length_of(*a) > length_of(*b);
                    });
  draw_rule(
      c.grid, 0, area.top, c.grid.columns(),
      fmt::format("SLOWEST of {} turns: > request, R sent again, . network, "
                  "= server, < response",
                  count_text(turns.size())),
      c.glyphs);
  static constexpr GridColumn kColumns[] = {
      {"BEGAN", 10, 12, 5, false}, {"ms", 6, 0, 0},
      {"server ms", 9, 0, 4},      {"octets out", 10, 0, 7},
      {"octets in", 10, 0, 6},     {"from its request on", 8, 200, 1, false}};
  const auto placed = place_columns(kColumns, 1, c.grid.columns() - 2);
  int y = area.top + 1;
  if (y >= area.end()) return;
  draw_headings(c.grid, y++, kColumns, placed);
  for (std::size_t i = 0; i < shown; ++i, ++y) {
    const TraceTurn& t = *turns[i];
    const std::string texts[] = {time_text(t.request), ms_text(length_of(t)),
                                 t.service ? ms_text(*t.service) : "-",
                                 count_text(t.sent), count_text(t.received)};
    for (const PlacedColumn& p : placed) {
      if (p.index < std::size(texts)) {
        draw_in_column(c.grid, y, kColumns[p.index], p, texts[p.index]);
      } else {
        draw_parts(c, p.x, y, p.width, t, length_of(*turns.front()));
      }
    }
  }
}

}  // namespace netlat
