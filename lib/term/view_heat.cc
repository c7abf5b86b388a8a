// The distribution of round trips over time: a row a latency, a column a
// moment.  Two ways through the network are two dark bands, which no line of
// percentiles shows.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

struct Scale {
  double low = 1e3, high = 1e6;  ///< ns
  std::size_t rows = 1;
};

Scale scale_of(const HeatColumns& heat, int rows) {
  Scale scale;
  scale.rows = static_cast<std::size_t>(std::max(rows, 1));
  double low = 1e12, high = 0;
  for (const auto& column : heat.columns) {
    if (!column || column->totals().n == 0) continue;
    low = std::min(low, static_cast<double>(column->totals().min.count()));
    high = std::max(high, static_cast<double>(column->totals().max.count()));
  }
  if (high <= 0) return scale;
  // Whole powers of two, so that the scale does not move with every sample.
  scale.low = std::exp2(std::floor(std::log2(std::max(low, 1e3))));
  scale.high = std::exp2(std::ceil(std::log2(std::max(high, 2e3)) + 1e-9));
  return scale;
}

double row_bound(const Scale& scale, std::size_t row) {
  return scale.low *
         std::pow(scale.high / scale.low,
                  static_cast<double>(row) / static_cast<double>(scale.rows));
}

// Samples of a column by row of the scale.
std::vector<std::uint64_t> counts_by_row(const ExponentialHistogram& column,
                                         const Scale& scale) {
  std::vector<std::uint64_t> counts(scale.rows);
  counts[0] += column.zero_count();
  const DenseBuckets dense = column.dense();
  const double per_octave = std::exp2(dense.scale);
  for (std::size_t i = 0; i < dense.counts.size(); ++i) {
    const double middle = 1e9 * std::exp2((static_cast<double>(dense.offset) +
                                           static_cast<double>(i) + 0.5) /
                                          per_octave);
    counts[log_step(middle, scale.low, scale.high, scale.rows)] +=
        dense.counts[i];
  }
  return counts;
}

// Shares from a thousandth to all on a logarithmic scale: single slow samples
// are what one looks for.
std::size_t level_of(std::uint64_t count, std::uint64_t of) {
  if (count == 0) return 0;
  const double share = static_cast<double>(count) / static_cast<double>(of);
  return 1 + log_step(share, 1e-3, 1.0, kHeatLevels - 1);
}

void draw_legend(const Canvas& c, int y) {
  int x = c.grid.write(1, y, "share of a column's samples:  ", {Role::faint});
  for (const auto& [share, text] :
       {std::pair{0.001, "0.1%"}, {0.01, "1%"}, {0.1, "10%"}, {0.99, "all"}}) {
    if (x + 8 > c.grid.columns()) break;
    const auto per_mille = static_cast<std::uint64_t>(share * 1000);
    draw_heat(c.grid, x, y, 2, level_of(per_mille, 1000), c.glyphs);
    x = c.grid.write(x + 2, y, fmt::format(" {}  ", text), {Role::faint});
  }
}

}  // namespace

void draw_heat_view(const Canvas& c, Area area) {
  if (!c.s.heat || c.s.heat->columns.empty()) return;
  const HeatColumns& heat = *c.s.heat;
  constexpr int kLabel = 8;
  int y = area.top;
  const bool framed = area.rows >= 6;
  if (framed) {
    draw_rule(c.grid, 0, y++, c.grid.columns(),
              fmt::format("NETWORK RTT of {}, ms; a column is {}", heat.name,
                          step_text(heat.step)),
              c.glyphs);
  }
  const int rows = area.end() - y - (framed ? 2 : 0);
  if (rows <= 0) return;
  const Scale scale = scale_of(heat, rows);
  for (int r = 0; r < rows; ++r) {
    const auto row = static_cast<std::size_t>(rows - 1 - r);
    const auto bound = static_cast<std::int64_t>(row_bound(scale, row));
    c.grid.write_right(0, y + r, kLabel - 1, ms_text(Nanos{bound}),
                       {Role::faint});
  }
  const int width = c.grid.columns() - kLabel - 1;
  const auto shown = std::min<std::size_t>(
      static_cast<std::size_t>(std::max(width, 0)), heat.columns.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& column = heat.columns[heat.columns.size() - 1 - i];
    if (!column || column->totals().n == 0) continue;
    const auto counts = counts_by_row(*column, scale);
    const int x = c.grid.columns() - 2 - static_cast<int>(i);
    for (std::size_t row = 0; row < scale.rows; ++row) {
      if (counts[row] == 0) continue;
      draw_heat(c.grid, x, y + rows - 1 - static_cast<int>(row), 1,
                level_of(counts[row], column->totals().n), c.glyphs);
    }
  }
  if (!framed) return;
  y += rows;
  if (c.s.at) {
    const Stamp first = *c.s.at - heat.step * shown;
    const int left = c.grid.columns() - 1 - static_cast<int>(shown);
    c.grid.write(left, y, clock_text(first), {Role::faint});
    c.grid.write_right(c.grid.columns() - 11, y, 10, clock_text(*c.s.at),
                       {Role::faint});
  }
  draw_legend(c, y + 1);
}

}  // namespace netlat
