#include <fmt/format.h>

#include <algorithm>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

void draw_event_lines(const Canvas& c, Area area, std::size_t from,
                      std::string_view selected_name) {
  int y = area.top;
  for (std::size_t i = from; i < c.s.events.size() && y < area.end();
       ++i, ++y) {
    const EventRow& e = c.s.events[i];
    c.grid.put(0, y, static_cast<char32_t>(mark_of(e.severity)),
               style_of(e.severity));
    int x = c.grid.write(1, y, clock_text(e.time), {Role::faint});
    const int where = std::clamp(c.grid.columns() / 4, 8, 40);
    x = c.grid.write_field(x + 1, y, where, cut_end(e.where, where));
    std::string what = e.what;
    if (e.times > 1) what += fmt::format("  ({} times)", count_text(e.times));
    if (e.open) what += "  OPEN";
    c.grid.write(x + 1, y, cut_end(what, c.grid.columns() - x - 2),
                 e.open ? style_of(e.severity) : Style{});
    if (!selected_name.empty() && event_name(e) == selected_name) {
      c.grid.select_row(y);
    }
  }
}

void draw_events(const Canvas& c, Area area) {
  if (c.s.events.empty()) {
    return draw_notice(c, area, "No events so far.",
                       "They tell of broken objectives (--slo), refused and "
                       "unanswered connects, and drops.");
  }
  const ListState& list = c.ui.list();
  const EventRow* chosen =
      list.index < c.s.events.size() ? &c.s.events[list.index] : nullptr;
  const int evidence =
      chosen != nullptr && area.rows >= 12
          ? std::min(static_cast<int>(chosen->evidence.size()) + 3,
                     area.rows / 2)
          : 0;
  const Area lines{area.top, area.rows - evidence};
  const std::size_t top =
      first_shown(list, list.index, c.s.events.size(), lines.rows);
  draw_event_lines(c, lines, top, list.selected);
  if (evidence == 0) return;
  int y = lines.end();
  draw_rule(c.grid, 0, y++, c.grid.columns(),
            clock_text(chosen->time) + " " + chosen->where, c.glyphs);
  c.grid.write(1, y++, cut_end(chosen->what, c.grid.columns() - 2),
               style_of(chosen->severity));
  for (const std::string& said : chosen->evidence) {
    if (y >= area.end()) break;
    c.grid.write(1, y++, cut_end(said, c.grid.columns() - 2));
  }
}

}  // namespace netlat
