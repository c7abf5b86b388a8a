#include "netlat/term/top_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"
#include "netlat/term/top_keys.h"

namespace netlat {

namespace {

struct Tab {
  View view;
  std::string_view name, brief;
};
constexpr std::array<Tab, kViews> kTabs = {{
    {View::overview, "Overview", "Over"},
    {View::flows, "Flows", "Flows"},
    {View::zones, "Zones", "Zones"},
    {View::paths, "Paths", "Paths"},
    {View::events, "Events", "Events"},
    {View::heat, "Heat", "Heat"},
}};

// Below this height the lines around a view would leave it too little.
constexpr int kRowsForTabs = 10;

struct StateWord {
  std::string text;
  Style style;
};

StateWord state_word(const Snapshot& s, const UiState& ui) {
  if (s.state == SourceState::failed) return {"DISCONNECTED", {Role::alarm}};
  if (ui.paused) return {"PAUSED", {Role::warning}};
  if (s.past) return {"PAST", {Role::warning}};
  switch (s.state) {
    case SourceState::replay:
      return {s.speed == 1 ? "REPLAY" : fmt::format("REPLAY x{:g}", s.speed),
              {Role::good}};
    case SourceState::ended:
      return {"ENDED", {Role::warning}};
    case SourceState::waiting:
      return {"WAITING", {Role::warning}};
    case SourceState::live:
    case SourceState::failed:
      break;
  }
  return {"LIVE", {Role::good}};
}

// The worst of all rows, for a screen that has room for nothing else.
const TrafficRow* worst_row(const Snapshot& s, const UiState& ui) {
  const TrafficRow* worst = nullptr;
  for (const TrafficRow& row : overview_rows(s, ui)) {
    if (worst == nullptr || row.promise.standing > worst->promise.standing ||
        (row.promise.standing == worst->promise.standing &&
         row.promise.used > worst->promise.used)) {
      worst = &row;
    }
  }
  return worst;
}

void draw_header(const Canvas& c) {
  const int columns = c.grid.columns();
  int x = c.grid.write(1, 0, columns >= 60 ? "netlat top" : "netlat",
                       {Role::heading});
  const StateWord state = state_word(c.s, c.ui);
  const int room = columns - x - static_cast<int>(state.text.size()) - 14;
  x = c.grid.write(x + 2, 0, cut_end(c.s.source, std::clamp(room, 4, 40)));
  x = c.grid.write(x + 2, 0, state.text, state.style);
  if (!c.s.at) return;
  std::string when = clock_text(*c.s.at);
  if (columns >= 120) {
    when = date_text(*c.s.at) + " " + when + " " + zone_text(*c.s.at);
  }
  // A small screen has room for one of the two.
  if (columns >= 60 || c.s.dropped == 0) x = c.grid.write(x + 2, 0, when);
  if (columns >= 60) {
    x = c.grid.write(x + 2, 0, "win " + window_text(c.s.window));
  }
  const std::string dropped =
      c.s.dropped > 0
          ? "DROPPED " + short_count(static_cast<double>(c.s.dropped))
          : "";
  std::string right = fmt::format(
      "{} pkt/s  {}bit/s  {} flows", short_count(c.s.packets_per_second),
      short_count(c.s.bits_per_second),
      short_count(static_cast<double>(c.s.all_flows)));
  if (text_columns(right) + x + 2 + static_cast<int>(dropped.size()) >
      columns) {
    right = fmt::format("{} pkt/s", short_count(c.s.packets_per_second));
  }
  int at = columns - 1 - static_cast<int>(dropped.size());
  c.grid.write(at, 0, dropped, {Role::alarm});
  if (!dropped.empty()) at -= 2;
  at -= static_cast<int>(right.size());
  if (at > x + 1) c.grid.write(at, 0, right);
}

std::string right_of_tabs(const Canvas& c) {
  if (c.ui.view == View::flows) {
    return fmt::format("by {}{}{}", to_word(c.ui.order),
                       c.ui.descending ? "" : ", least",
                       c.ui.held ? "  HELD" : "");
  }
  std::array<int, 5> count{};
  for (const TrafficRow& row : overview_rows(c.s, c.ui)) {
    ++count[static_cast<std::size_t>(row.promise.standing)];
  }
  const auto of = [&](Standing s) {
    return count[static_cast<std::size_t>(s)];
  };
  // An event may be about what has no row here: a service, an objective.
  const auto open =
      std::count_if(c.s.events.begin(), c.s.events.end(),
                    [](const EventRow& event) { return event.open; });
  std::string more =
      (open > 0 && c.grid.columns() >= 100 ? fmt::format("  {} open", open)
                                           : "") +
      (c.ui.held ? "  HELD" : "");
  if (of(Standing::none) == static_cast<int>(overview_rows(c.s, c.ui).size())) {
    return more;
  }
  return fmt::format("SLO {} BREACH {} WARN {} ok{}", of(Standing::broken),
                     of(Standing::close), of(Standing::kept), more);
}

void draw_tabs(const Canvas& c, int y) {
  const int columns = c.grid.columns();
  int x = 1;
  for (const Tab& tab : kTabs) {
    const bool here = tab.view == c.ui.view;
    const auto number = static_cast<int>(tab.view) + 1;
    const std::string_view name = columns >= 100 ? tab.name : tab.brief;
    const std::string text = columns >= 60
                                 ? fmt::format("{} {}", number, name)
                                 : (here ? fmt::format("{} {}", number, name)
                                         : std::to_string(number));
    c.grid.write(x, y, here ? "[" : " ", {Role::heading});
    x = c.grid.write(x + 1, y, text, {here ? Role::heading : Role::text});
    x = c.grid.write(x, y, here ? "]" : " ", {Role::heading});
    if (columns >= 100) ++x;
  }
  const std::string right = right_of_tabs(c);
  const int at = columns - 1 - static_cast<int>(right.size());
  if (at > x) {
    const bool bad = right.find(" 0 BREACH") == right.npos &&
                     right.find("BREACH") != right.npos &&
                     !right.starts_with("SLO 0");
    c.grid.write(at, y, right, {bad ? Role::alarm : Role::text});
  }
}

void draw_prompt(const Canvas& c, int y) {
  int x = c.grid.write(1, y, "/", {Role::key});
  x = c.grid.write(x, y, c.ui.prompt);
  c.grid.put(x, y, U' ', selected({Role::text}));
  const std::string& remark = c.ui.prompt_remark;
  const int at = c.grid.columns() - 1 - static_cast<int>(remark.size());
  if (at > x + 2) c.grid.write(at, y, remark, {Role::warning});
}

void draw_footer(const Canvas& c, int y) {
  if (c.ui.prompting) return draw_prompt(c, y);
  if (!c.ui.message.empty()) {
    c.grid.write(1, y, cut_end(c.ui.message, c.grid.columns() - 2),
                 {Role::heading});
    return;
  }
  const bool detail = c.ui.detail && c.ui.view == View::flows;
  const unsigned context = detail ? kDetailContext : context_of(c.ui.view);
  int x = 1;
  for (const KeyBinding* binding : keys_of(top_keys(), context)) {
    if (binding->short_name.empty()) continue;
    const std::string name = key_name(binding->codes.front());
    const int width =
        static_cast<int>(name.size() + 1 + binding->short_name.size());
    if (x + width > c.grid.columns() - 1) break;
    x = c.grid.write(x, y, name, {Role::key});
    x = c.grid.write(x + 1, y, binding->short_name, {Role::faint});
    x += 2;
  }
}

void draw_view(const Canvas& c, Area area) {
  if (c.ui.help) return draw_help(c, area);
  if (!c.s.at && c.ui.view != View::paths) {
    const bool failed =
        c.s.state == SourceState::failed || c.s.state == SourceState::ended;
    return draw_notice(c, area,
                       !c.s.remark.empty() ? std::string_view(c.s.remark)
                       : failed            ? std::string_view("No record came.")
                                : "Waiting for the first interval: a second "
                                  "of traffic.",
                       failed ? "q quits"
                              : "Nothing yet? Is this the "
                                "interface the traffic takes?");
  }
  switch (c.ui.view) {
    case View::overview:
      return draw_overview(c, area);
    case View::flows:
      return c.ui.detail ? draw_flow_detail(c, area) : draw_flows(c, area);
    case View::zones:
      return draw_zones(c, area);
    case View::paths:
      return draw_paths(c, area);
    case View::events:
      return draw_events(c, area);
    case View::heat:
      return draw_heat_view(c, area);
  }
}

// Some rows: what is worst, in words.
void draw_status_line(const Canvas& c, int y) {
  const TrafficRow* worst = worst_row(c.s, c.ui);
  if (worst == nullptr) return;
  int x = 0;
  c.grid.put(x, y, static_cast<char32_t>(mark_of(worst->promise.standing)),
             style_of(worst->promise.standing));
  x = c.grid.write(1, y, cut_end(worst->name, 20));
  x = c.grid.write(x + 1, y, word_of(worst->promise.standing),
                   style_of(worst->promise.standing));
  const Quantiles& rtt = worst->values.network;
  c.grid.write(x + 1, y,
               "p50 " + ms_or_dash(rtt, &Quantiles::p50) + " p99 " +
                   ms_or_dash(rtt, &Quantiles::p99) + " ms");
}

}  // namespace

Grid top_screen(const Snapshot& snapshot, const UiState& ui, GridSize size,
                const Glyphs& glyphs) {
  Grid grid(size);
  if (grid.rows() == 0 || grid.columns() == 0) return grid;
  const Canvas c{grid, snapshot, ui, glyphs};
  draw_header(c);
  const int last = grid.rows() - 1;
  const bool says = ui.prompting || !ui.message.empty();
  if (grid.rows() >= kRowsForTabs) {
    draw_tabs(c, 1);
    draw_view(c, {2, grid.rows() - 3});
    draw_footer(c, last);
  } else if (grid.rows() >= 4) {
    draw_status_line(c, 1);
    draw_view(c, {2, grid.rows() - 2 - (says ? 1 : 0)});
    if (says) draw_footer(c, last);
  } else if (grid.rows() >= 2) {
    draw_status_line(c, 1);
  }
  return grid;
}

}  // namespace netlat
