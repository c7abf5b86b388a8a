// The lanes of a path: where each goes and what that costs.

#include <algorithm>

#include "lib/term/hop_panes.h"
#include "netlat/report/number_text.h"
#include "netlat/term/chart.h"
#include "netlat/term/columns.h"

namespace netlat {

namespace {

constexpr GridColumn kColumns[] = {
    {"LANE", 4, 4, 0, true},      {"PORT", 5, 5, 3, true},
    {"HOPS", 4, 4, 0, true},      {"SENT", 5, 5, 4, true},
    {"LOST", 5, 5, 0, true},      {"BEST", 5, 6, 2, true},
    {"p50", 5, 6, 0, true},       {"WORST", 5, 6, 1, true},
    {"PASSES", 15, 400, 0, false}};

// Hops that not all lanes pass.
std::string passes(const HopReport& report, const HopView& view,
                   std::uint16_t lane) {
  std::string out;
  for (const HopRow& row : report.rows) {
    const bool here =
        std::find(row.lanes.begin(), row.lanes.end(), lane) != row.lanes.end();
    if (row.former || !here || !row.address ||
        row.lanes.size() == report.path.lanes.size()) {
      continue;
    }
    out += (out.empty() ? "" : " ") + hop_place(report, row, view.names);
  }
  return out.empty() ? "-" : out;
}

std::vector<std::string> cells_of(const HopReport& report, const HopView& view,
                                  std::uint16_t i) {
  const LaneReport& lane = report.path.lanes[i];
  std::vector<std::string> cells = {
      std::to_string(i + 1), std::to_string(lane.source_port),
      lane.distance ? std::to_string(*lane.distance) : "-"};
  if (const HopSeries* end = lane_end(report.path, i)) {
    const Quantiles q = end->rtt.histogram().quantiles();
    for (std::string text : {count_text(end->sent), count_text(end->expired),
                             ms_text(q.min), ms_text(q.p50), ms_text(q.max)}) {
      cells.push_back(std::move(text));
    }
  } else {
    cells.insert(cells.end(), 5, "-");
  }
  cells.push_back(passes(report, view, i));
  return cells;
}

}  // namespace

void draw_hop_lanes(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                    const HopView& view) {
  const auto placed = place_columns(kColumns, 0, grid.columns());
  draw_headings(grid, area.top, kColumns, placed);
  const std::string search = exploration_sentence(shot.report.path);
  int bottom = area.bottom;
  if (!search.empty() && area.rows() > 1) {
    const int rows = 1 + text_columns(search) / std::max(1, grid.columns() - 2);
    bottom -= std::min(rows, area.rows() - 1);
    write_wrapped(grid, bottom, area.bottom, search, {Role::faint});
  }
  int y = area.top + 1;
  const int count = static_cast<int>(shot.report.path.lanes.size());
  for (int i = view.scrolled; i < count && y < bottom; ++i, ++y) {
    const auto cells =
        cells_of(shot.report, view, static_cast<std::uint16_t>(i));
    for (const PlacedColumn& at : placed) {
      draw_in_column(grid, y, kColumns[at.index], at, cells[at.index]);
    }
  }
}

}  // namespace netlat
