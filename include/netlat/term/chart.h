#pragma once
// Small charts: columns over time, bars, heat.
//
// A value becomes a whole cell or nothing: what is drawn changes only when the
// value has moved by a step that can be seen, which is what keeps a screen
// quiet that is sent over a slow line.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "netlat/term/glyphs.h"
#include "netlat/term/grid.h"

namespace netlat {

/// Which of `steps` steps a value from 0 to `top` falls on: 0 to steps - 1;
/// what is beyond the ends is on the first or the last.
std::size_t chart_step(double value, double top, std::size_t steps);
/// The same on a logarithmic scale from `low` to `high`, both above 0.
std::size_t log_step(double value, double low, double high, std::size_t steps);

/// One cell of a sparkline; a blank where there is no value.
char32_t level_glyph(const Glyphs& glyphs, std::optional<double> value,
                     double top);

/// The newest of `values` (the last) ends at the right end of the field; a
/// value above `top` is the highest column.
void draw_levels(Grid& grid, int x, int y, int width,
                 std::span<const std::optional<double>> values, double top,
                 const Glyphs& glyphs, Style style = {Role::trend});

/// `share` 0 to 1 of the width is filled; what is above 1 is full.
void draw_bar(Grid& grid, int x, int y, int width, double share,
              const Glyphs& glyphs, Style style = {Role::trend});

/// One cell of a heat map: level 0 to kHeatLevels - 1.
void draw_heat(Grid& grid, int x, int y, int width, std::size_t level,
               const Glyphs& glyphs);

/// "-- TITLE -----" over `width` columns.
void draw_rule(Grid& grid, int x, int y, int width, std::string_view title,
               const Glyphs& glyphs);

/// `text` in at most `width` columns, with the end cut and marked.  Requires:
/// printable ASCII.
std::string cut_end(std::string_view text, int width);

}  // namespace netlat
