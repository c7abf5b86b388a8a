#include <fmt/format.h>

#include <algorithm>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

enum Column {
  kTtl,
  kAddress,
  kName,
  kZone,
  kLoss,
  kSent,
  kP50,
  kP95,
  kMax,
  kAdds,
  kSpread
};

std::string text_in(const HopLine& h, std::size_t column) {
  const Quantiles q = h.rtt.quantiles();
  switch (column) {
    case kTtl:
      return std::to_string(h.ttl);
    case kAddress:
      return h.address.empty() ? "*" : h.address;
    case kName:
      return h.name;
    case kZone:
      return h.zone;
    case kLoss:
      return h.verdict == "ok" ? "-" : h.verdict;
    case kSent:
      return count_text(h.sent);
    case kP50:
      return ms_or_dash(q, &Quantiles::p50);
    case kP95:
      return ms_or_dash(q, &Quantiles::p95);
    case kMax:
      return ms_or_dash(q, &Quantiles::max);
    case kAdds:
      return h.adds ? ms_text(*h.adds) : "-";
    default:
      return {};
  }
}

}  // namespace

void draw_paths(const Canvas& c, Area area) {
  if (c.s.hops.empty()) {
    return draw_notice(
        c, area,
        c.s.path.empty() ? std::string_view("No path has been probed.")
                         : std::string_view(c.s.path),
        c.s.path.empty()
            ? "In 2 Flows, P probes the path that the selected connection takes"
            : "");
  }
  static constexpr GridColumn kColumns[] = {{"HOP", 3},
                                            {"ADDRESS", 15, 39, 0, false},
                                            {"NAME", 10, 40, 5, false},
                                            {"ZONE", 8, 12, 8, false},
                                            {"LOSS", 12, 0, 1, false},
                                            {"SENT", 5, 0, 7},
                                            {"p50", 6, 0, 0},
                                            {"p95", 6, 0, 3},
                                            {"max", 6, 0, 4},
                                            {"ADDS", 6, 0, 2},
                                            {"p50, linear", 10, 50, 6, false}};
  const auto placed = place_columns(kColumns, 1, c.grid.columns() - 2);
  int y = area.top;
  if (area.rows > 3) {
    c.grid.write(1, y++, cut_end(c.s.path, c.grid.columns() - 2),
                 {Role::heading});
  }
  draw_headings(c.grid, y++, kColumns, placed);
  double top = 1;
  for (const HopLine& h : c.s.hops) {
    top = std::max(top, static_cast<double>(h.rtt.p50));
  }
  const ListState& list = c.ui.list();
  const std::size_t from =
      first_shown(list, list.index, c.s.hops.size(), area.end() - y);
  for (std::size_t i = from; i < c.s.hops.size() && y < area.end(); ++i, ++y) {
    const HopLine& h = c.s.hops[i];
    const bool lossy = h.verdict.starts_with("loss");
    c.grid.put(0, y, lossy ? U'!' : U' ', {Role::alarm});
    for (const PlacedColumn& p : placed) {
      if (p.index == kSpread) {
        draw_bar(c.grid, p.x, y, p.width, static_cast<double>(h.rtt.p50) / top,
                 c.glyphs);
      } else {
        draw_in_column(
            c.grid, y, kColumns[p.index], p, text_in(h, p.index),
            p.index == kLoss && lossy ? Style{Role::alarm} : Style{});
      }
    }
    if (i == list.index) c.grid.select_row(y);
  }
}

}  // namespace netlat
