#pragma once
// The parts the live view of a path is made of.

#include "netlat/term/hop_screen.h"

namespace netlat {

/// Where a pane may draw: rows from `top` to before `bottom`, all columns.
struct PaneArea {
  int top = 0, bottom = 0;
  int rows() const { return bottom > top ? bottom - top : 0; }
};

void draw_hop_table(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                    const HopView& view, const Glyphs& glyphs);
void draw_hop_strips(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                     const HopView& view, const Glyphs& glyphs);
void draw_hop_lanes(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                    const HopView& view);
void draw_hop_events(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                     const HopView& view);
void draw_hop_help(Grid& grid, const PaneArea& area, const HopView& view);

/// Writes `text`, broken at spaces, into rows from `top` to before `bottom`;
/// the first row that is free then.
int write_wrapped(Grid& grid, int top, int bottom, const std::string& text,
                  Style style);

/// Name or address of a row, printable ASCII.
std::string hop_place(const HopReport& report, const HopRow& row, bool names);
/// "3", or "3*" for a former route.
std::string hop_number(const HopRow& row);
/// How a row's verdict is drawn.
Style verdict_style(const HopRow& row);

}  // namespace netlat
