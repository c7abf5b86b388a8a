// Hops over time: one column a round, one shade a round trip, so that what
// happens to several hops at once is seen as one vertical edge.

#include <fmt/format.h>

#include <algorithm>

#include "lib/term/hop_panes.h"
#include "lib/term/hop_rounds.h"
#include "netlat/report/number_text.h"
#include "netlat/term/chart.h"

namespace netlat {

namespace {

constexpr int kNumber = 3, kPlace = 24;

// From the fastest to the slowest answer of the path, at least one to two, so
// that noise does not look like news.
struct Scale {
  double low = 0, high = 0;
};

Scale scale_of(const HopReport& report) {
  Scale scale;
  for (const HopRow& row : report.rows) {
    if (row.rtt.count() == 0) continue;
    const Quantiles q = row.rtt.histogram().quantiles();
    const auto low =
        static_cast<double>(std::max<std::int64_t>(q.min.count(), 1));
    if (scale.low == 0 || low < scale.low) scale.low = low;
    scale.high = std::max(scale.high, static_cast<double>(q.max.count()));
  }
  scale.high = std::max(scale.high, 2 * scale.low);
  return scale;
}

void draw_strip(Grid& grid, int x, int y, const HopSnapshot& shot,
                const HopRow& row, const Scale& scale, const Glyphs& glyphs) {
  const int width = std::max(grid.columns() - x, 0);
  const auto rounds =
      last_rounds(shot.report, row, static_cast<std::size_t>(width));
  int at = x + width - static_cast<int>(rounds.size());
  for (const HopRound& r : rounds) {
    if (r.rtt) {
      draw_heat(grid, at, y, 1,
                log_step(static_cast<double>(
                             std::max<std::int64_t>(r.rtt->count(), 1)),
                         scale.low, scale.high, kHeatLevels),
                glyphs);
    } else if (r.lost) {
      grid.put(at, y, U'!', verdict_style(row));
    }
    ++at;
  }
}

void draw_legend(Grid& grid, int y, const Scale& scale, const Glyphs& glyphs) {
  const auto time = [](double ns) {
    return duration_text(Nanos{static_cast<std::int64_t>(ns)});
  };
  int x = grid.write(1, y, time(scale.low) + ' ', {Role::faint});
  for (std::uint8_t level = 0; level < kHeatLevels; ++level) {
    draw_heat(grid, x++, y, 1, level, glyphs);
  }
  x = grid.write(x, y, ' ' + time(scale.high), {Role::faint});
  grid.write(x + 2, y, "! not answered   the newest round at the right",
             {Role::faint});
}

}  // namespace

void draw_hop_strips(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                     const HopView& view, const Glyphs& glyphs) {
  const HopReport& report = shot.report;
  grid.write_right(0, area.top, kNumber, "HOP", {Role::heading});
  grid.write(kNumber + 1, area.top, "ADDRESS", {Role::heading});
  grid.write(kNumber + kPlace + 2, area.top, "ROUND TRIPS", {Role::heading});
  const Scale scale = scale_of(report);
  const int last = area.bottom - 1;  // of the legend
  int y = area.top + 1;
  const int count = static_cast<int>(report.rows.size());
  for (int i = view.scrolled; i < count && y < last; ++i, ++y) {
    const HopRow& row = report.rows[static_cast<std::size_t>(i)];
    const Style style{row.former ? Role::faint : Role::text};
    grid.write_right(0, y, kNumber, hop_number(row), style);
    grid.write_field(kNumber + 1, y, kPlace,
                     cut_end(hop_place(report, row, view.names), kPlace),
                     style);
    draw_strip(grid, kNumber + kPlace + 2, y, shot, row, scale, glyphs);
  }
  if (scale.low > 0) draw_legend(grid, last, scale, glyphs);
}

}  // namespace netlat
