#include <algorithm>
#include <utility>

#include "lib/term/view.h"
#include "netlat/term/top_keys.h"

namespace netlat {

namespace {

constexpr std::string_view kAbout[kViews] = {
    "Overview: broken promises first. RTT: the network alone; SVC: the server.",
    "Connections: values of their whole life, as last told by the capture.",
    "Matrix of zones: client's zone to server's zone.",
    "Path: hops of a probe on a connection's own addresses and ports.",
    "Events: what was broken, found or dropped, newest first.",
    "Latency over time: a column is a moment, its colours shares of samples."};

}  // namespace

void draw_help(const Canvas& c, Area area) {
  const auto view = static_cast<std::size_t>(c.ui.view);
  int y = area.top;
  c.grid.write(1, y++, cut_end(kAbout[view], c.grid.columns() - 2),
               {Role::heading});
  if (area.rows > 12 && y < area.end()) {
    c.grid.write(1, y++,
                 cut_end("! broken, ~ close or unusual, - too few samples: p95 "
                         "takes 20, p99 100.",
                         c.grid.columns() - 2));
    ++y;
  }
  const unsigned context = c.ui.detail ? kDetailContext | context_of(c.ui.view)
                                       : context_of(c.ui.view);
  const auto keys = keys_of(top_keys(), context);
  const int first = y;
  const int rows = std::max(area.end() - first, 1);
  // Side by side only what does not fit below each other.
  const bool long_list = std::cmp_greater(keys.size(), rows);
  const int columns = long_list && c.grid.columns() >= 150 ? 2 : 1;
  const int width = c.grid.columns() / columns;
  const int names = std::min(21, width / 3);
  const auto room =
      static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  const std::size_t from =
      keys.size() > room ? std::min(c.ui.help_top, keys.size() - room) : 0;
  for (std::size_t i = from; i < std::min(keys.size(), from + room); ++i) {
    const int at = static_cast<int>(i - from);
    const int x = 1 + at / rows * width;
    y = first + at % rows;
    c.grid.write_field(x, y, names, cut_end(key_names(*keys[i]), names),
                       {Role::key});
    c.grid.write(x + names + 1, y, cut_end(keys[i]->help, width - names - 3));
  }
  if (from + room < keys.size()) {
    c.grid.write_right(c.grid.columns() - 13, area.end() - 1, 12, " more: Down",
                       {Role::heading});
  }
}

}  // namespace netlat
