#pragma once
// What all views of netlat top share while they draw.

#include <span>
#include <string>
#include <string_view>

#include "netlat/term/chart.h"
#include "netlat/term/columns.h"
#include "netlat/term/glyphs.h"
#include "netlat/term/grid.h"
#include "netlat/term/ui_state.h"

namespace netlat {

struct Canvas {
  Grid& grid;
  const Snapshot& s;
  const UiState& ui;
  const Glyphs& glyphs;
};

/// Rows of the grid, from `top` on.
struct Area {
  int top = 0, rows = 0;

  int end() const { return top + rows; }
};

void draw_overview(const Canvas& c, Area area);
void draw_flows(const Canvas& c, Area area);
void draw_flow_detail(const Canvas& c, Area area);
/// Parts of the detail, each with its heading, from the packets.
void draw_trace_histograms(const Canvas& c, Area area, const FlowTrace& trace);
void draw_trace_timeline(const Canvas& c, Area area, const FlowTrace& trace);
void draw_trace_turns(const Canvas& c, Area area, const FlowTrace& trace);
void draw_zones(const Canvas& c, Area area);
void draw_paths(const Canvas& c, Area area);
void draw_events(const Canvas& c, Area area);
void draw_heat_view(const Canvas& c, Area area);
void draw_help(const Canvas& c, Area area);

/// Events in `area`, newest first, from the list's first row on.
void draw_event_lines(const Canvas& c, Area area, std::size_t from,
                      std::string_view selected);
/// Connections in `area`; without headings if there is no room.
void draw_flow_lines(const Canvas& c, Area area, std::size_t from,
                     std::string_view selected);

// How values are written; '-' where nothing was measured, or too few samples
// for the percentile.
std::string ms_or_dash(const Quantiles& q, Nanos Quantiles::*member);
std::string percent_of(std::uint64_t part, std::uint64_t of);
/// "1.24k", "312k", "41": three digits at most, with k, M or G.
std::string short_count(double value);
/// "10 s", "5 min", "1 h".
std::string window_text(Nanos window);
/// "10 s", "0.2 s".
std::string step_text(Nanos step);
/// "12:00:03"; UTC or local as TZ says.
std::string clock_text(Stamp time);

/// '!', '~' or ' ', so that no colour is needed.
char mark_of(Standing standing);
Style style_of(Standing standing);
/// "BREACH", "WARN", "ok", "few", "-".
std::string_view word_of(Standing standing);
/// Of a connection: whether it stands out by itself.
Standing standing_of(const FlowRow& flow);

/// How much of a list's row shows the selection: all but a last column that
/// is long, which would have to be sent twice at each step.
int selected_width(std::span<const PlacedColumn> placed, std::size_t last);

/// First row shown so that the selected one is on the screen; `rows` visible.
std::size_t first_shown(const ListState& list, std::size_t selected,
                        std::size_t count, int rows);

/// A line that says what is missing and what to do, in the middle of nothing.
void draw_notice(const Canvas& c, Area area, std::string_view what,
                 std::string_view remedy);

}  // namespace netlat
