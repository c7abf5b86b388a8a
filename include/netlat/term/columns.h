#pragma once
// A table's columns in whatever width there is.
//
// Each column says how much it needs, how much it could use, and when it goes:
// columns of the highest `leaves` above 0 are dropped first, until the rest
// fits; those of 0 stay and are cut if they must.  Room left over goes to the
// columns that could use it, leftmost first.  No borders: a mouse that copies
// from the screen copies text.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/term/grid.h"

namespace netlat {

struct GridColumn {
  std::string_view heading;
  int least = 6;   ///< columns it needs
  int most = 0;    ///< could use; below `least`: that
  int leaves = 0;  ///< 0: never
  bool right = true;
};

struct PlacedColumn {
  std::size_t index = 0;  ///< into the list given
  int x = 0, width = 0;
};

/// From `x` on, one blank between neighbours, within `width`.
std::vector<PlacedColumn> place_columns(std::span<const GridColumn> columns,
                                        int x, int width);

/// The headings, each over its column.
void draw_headings(Grid& grid, int y, std::span<const GridColumn> columns,
                   std::span<const PlacedColumn> placed);

/// Text in one column, aligned as its heading.  Requires: printable ASCII.
void draw_in_column(Grid& grid, int y, const GridColumn& column,
                    const PlacedColumn& placed, std::string_view text,
                    Style style = {});

}  // namespace netlat
