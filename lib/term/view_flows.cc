#include <fmt/format.h>

#include <algorithm>

#include "lib/term/view.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"
#include "netlat/report/what_happened.h"

namespace netlat {

namespace {

enum Column {
  kClient,
  kServer,
  kZones,
  kP50,
  kP95,
  kP99,
  kMax,
  kService,
  kRequests,
  kRepeats,
  kBytes,
  kEnd,
  kStory
};

std::vector<GridColumn> columns_of(const Canvas& c) {
  // As wide as the names of the first rows are: what is left is the story's.
  int client = 15, server = 15;
  constexpr std::size_t kLooked = 100;
  for (std::size_t i = 0; i < std::min(kLooked, c.ui.flows.size()); ++i) {
    const FlowRow& f = *c.ui.flows[i];
    const auto size = [](const std::string& text) {
      return static_cast<int>(text.size());
    };
    client = std::max(client, size(endpoint_text(f.client, f.client_port)));
    server = std::max(server, size(endpoint_text(f.server, f.server_port)));
  }
  std::vector<GridColumn> columns = {
      {"CLIENT", 15, client, 6, false},
      {"SERVER", 15, server, 0, false},
      {"ZONES", 10, 20, 9, false},
      {"RTT p50", 7, 0, 2},
      {"p95", 5, 6, 10},
      {"p99", 5, 6, 0},
      {"max", 5, 6, 11},
      {"SVC p50", 7, 0, 5},
      {"REQ", 5, 0, 12},
      {"RETX%", 5, 0, 3},
      {"kB", 6, 0, 13},
      {"END", 4, 0, 8, false},
      {"WHAT HAPPENED", 14, 90, 4, false},
  };
  if (!c.s.has_zones) columns[kZones] = {"", 1000, 0, 99};
  return columns;
}

std::string text_in(const FlowRow& f, std::size_t column) {
  const Quantiles rtt = shown_rtt_of(f).quantiles();
  switch (column) {
    case kClient:
      return endpoint_text(f.client, f.client_port);
    case kServer:
      return endpoint_text(f.server, f.server_port);
    case kZones:
      return (f.client_zone.empty() ? "?" : f.client_zone) + ">" +
             (f.server_zone.empty() ? "?" : f.server_zone);
    case kP50:
      return ms_or_dash(rtt, &Quantiles::p50);
    case kP95:
      return ms_or_dash(rtt, &Quantiles::p95);
    case kP99:
      return ms_or_dash(rtt, &Quantiles::p99);
    case kMax:
      return ms_or_dash(rtt, &Quantiles::max);
    case kService:
      return ms_or_dash(f.service.quantiles(), &Quantiles::p50);
    case kRequests:
      return short_count(static_cast<double>(f.turns));
    case kRepeats:
      return percent_of(std::uint64_t{f.c2s.retransmits} + f.s2c.retransmits,
                        std::uint64_t{f.c2s.segments} + f.s2c.segments);
    case kBytes:
      return short_count(static_cast<double>(f.c2s.bytes + f.s2c.bytes) / 1e3);
    case kEnd:
      return std::string(word(f.end));
    case kStory:
      return what_happened(f.flow_record());
    default:
      return {};
  }
}

// On a small screen, over what is likely a slow line, names and round trips:
// each step sends what is marked twice.
int chosen_width(const Canvas& c, std::span<const PlacedColumn> placed) {
  constexpr int kSmall = 100;
  for (const PlacedColumn& p : placed) {
    if (p.index == kService && c.grid.columns() < kSmall) return p.x - 1;
  }
  return selected_width(placed, kStory);
}

void draw_line(const Canvas& c, const FlowRow& f, int y,
               std::span<const GridColumn> columns,
               std::span<const PlacedColumn> placed, bool here) {
  const Standing standing = standing_of(f);
  // Of a source that has ended all have: then it tells nothing.
  const bool over = f.end != FlowEnd::open && c.s.state != SourceState::ended;
  const Style style{over ? Role::faint : Role::text};
  c.grid.put(0, y, static_cast<char32_t>(mark_of(standing)),
             style_of(standing));
  for (const PlacedColumn& p : placed) {
    const bool story = p.index == kStory && standing == Standing::close;
    draw_in_column(c.grid, y, columns[p.index], p, text_in(f, p.index),
                   story ? style_of(standing) : style);
  }
  if (here) c.grid.select_row(y, chosen_width(c, placed));
}

}  // namespace

void draw_flow_lines(const Canvas& c, Area area, std::size_t from,
                     std::string_view selected) {
  const auto columns = columns_of(c);
  const auto placed = place_columns(columns, 1, c.grid.columns() - 2);
  int y = area.top;
  if (area.rows > 1) draw_headings(c.grid, y++, columns, placed);
  for (std::size_t i = from; i < c.ui.flows.size() && y < area.end();
       ++i, ++y) {
    const FlowRow& flow = *c.ui.flows[i];
    draw_line(c, flow, y, columns, placed,
              !selected.empty() && flow_name(flow) == selected);
  }
}

void draw_flows(const Canvas& c, Area area) {
  if (c.ui.flows.empty()) {
    const bool filtered = !c.ui.filter.empty() && !c.s.flows->empty();
    return draw_notice(
        c, area,
        filtered ? "No connection passes the filter."
                 : "No connection has been told of yet.",
        filtered ? "Esc takes the filter away"
                 : "they come when they end, and every few seconds while "
                   "they go on");
  }
  const ListState& list = c.ui.list();
  const bool remark = area.rows >= 6;
  const Area lines{area.top, area.rows - (remark ? 1 : 0)};
  const int visible = lines.rows - (lines.rows > 1 ? 1 : 0);
  const std::size_t top =
      first_shown(list, list.index, c.ui.flows.size(), visible);
  draw_flow_lines(c, lines, top, list.selected);
  if (!remark) return;
  std::string said = fmt::format("row {} of {}", list.index + 1,
                                 count_text(c.ui.flows.size()));
  if (!c.ui.filter.empty()) {
    said += fmt::format(" that pass /{}, of {}", c.ui.filter,
                        count_text(c.s.all_flows));
  }
  if (list.index < c.ui.flows.size()) {
    const FlowRow& f = *c.ui.flows[list.index];
    said += "   " + (f.sni.empty() ? "" : f.sni + "   ") +
            what_happened(f.flow_record());
  }
  c.grid.write(1, lines.end(), cut_end(said, c.grid.columns() - 2),
               {Role::faint});
}

}  // namespace netlat
