#include "netlat/term/columns.h"

#include <algorithm>

#include "netlat/term/chart.h"

namespace netlat {

namespace {

int needed(std::span<const GridColumn> columns,
           const std::vector<PlacedColumn>& placed) {
  int sum = 0;
  for (const PlacedColumn& p : placed) sum += columns[p.index].least + 1;
  return std::max(sum - 1, 0);
}

// Removes the column that leaves first, the rightmost of equals; false if all
// stay.
bool drop_one(std::span<const GridColumn> columns,
              std::vector<PlacedColumn>& placed) {
  auto first = placed.end();
  for (auto at = placed.begin(); at != placed.end(); ++at) {
    if (columns[at->index].leaves == 0) continue;
    if (first == placed.end() ||
        columns[at->index].leaves >= columns[first->index].leaves) {
      first = at;
    }
  }
  if (first == placed.end()) return false;
  placed.erase(first);
  return true;
}

}  // namespace

std::vector<PlacedColumn> place_columns(std::span<const GridColumn> columns,
                                        int x, int width) {
  std::vector<PlacedColumn> placed;
  for (std::size_t i = 0; i < columns.size(); ++i) placed.push_back({i, 0, 0});
  while (needed(columns, placed) > width && drop_one(columns, placed)) {
  }
  int spare = std::max(width - needed(columns, placed), 0);
  int at = x;
  for (PlacedColumn& p : placed) {
    const GridColumn& column = columns[p.index];
    const int more = std::clamp(column.most - column.least, 0, spare);
    spare -= more;
    p.x = at;
    p.width = std::clamp(column.least + more, 0, std::max(x + width - at, 0));
    at += p.width + 1;
  }
  return placed;
}

void draw_headings(Grid& grid, int y, std::span<const GridColumn> columns,
                   std::span<const PlacedColumn> placed) {
  for (const PlacedColumn& p : placed) {
    draw_in_column(grid, y, columns[p.index], p, columns[p.index].heading,
                   {Role::heading});
  }
}

void draw_in_column(Grid& grid, int y, const GridColumn& column,
                    const PlacedColumn& placed, std::string_view text,
                    Style style) {
  const std::string shown = cut_end(text, placed.width);
  if (column.right) {
    grid.write_right(placed.x, y, placed.width, shown, style);
  } else {
    grid.write_field(placed.x, y, placed.width, shown, style);
  }
}

}  // namespace netlat
