#include "netlat/term/hop_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "lib/term/hop_panes.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/number_text.h"
#include "netlat/report/text_table.h"
#include "netlat/term/chart.h"

namespace netlat {

namespace {

constexpr int act(HopAction action) {
  return static_cast<int>(action);
}

constexpr std::string_view kPanes[] = {"1 Hops", "2 Strips", "3 Lanes",
                                       "4 Events"};

void draw_title(Grid& grid, const HopSnapshot& shot, const HopView& view) {
  const ProbePlan& plan = shot.report.path.plan;
  std::string text = " netlat probe  ";
  text += plan.name.empty() ? plan.target.text() : SafeText(plan.name).str();
  if (plan.name != plan.target.text()) text += ' ' + plan.target.text();
  text += fmt::format("  {}", protocol_name(plan.protocol));
  if (plan.protocol != ProbeProtocol::icmp) {
    text += fmt::format(" {}", plan.port);
  }
  if (shot.targets > 1) {
    text += fmt::format("  target {} of {}", shot.target + 1, shot.targets);
  }
  std::string right = time_text(shot.now);
  if (view.paused) right = "PAUSED  " + right;
  grid.repeat(0, 0, grid.columns(), U' ', selected({}));
  grid.write(0, 0, text, selected({}));
  const int x = grid.columns() - static_cast<int>(right.size()) - 1;
  grid.write(x, 0, right, selected({}));
}

void draw_tabs(Grid& grid, const HopSnapshot& shot, const HopView& view) {
  int x = 1;
  for (std::size_t i = 0; i < std::size(kPanes); ++i) {
    const bool here = static_cast<std::size_t>(view.pane) == i;
    x = grid.write(x, 1, here ? "[" : " ");
    x = grid.write(x, 1, kPanes[i], {here ? Role::text : Role::faint});
    x = grid.write(x, 1, here ? "] " : "  ");
  }
  const PathReport& path = shot.report.path;
  std::string right =
      fmt::format("{} probes, a round every {}", count_text(path.sent),
                  duration_text(path.plan.interval));
  const auto changes = std::count_if(
      path.events.begin(), path.events.end(),
      [](const PathEvent& e) { return e.kind == PathEventKind::route_change; });
  if (changes > 0) right += fmt::format(", changes of route: {}", changes);
  const int at = grid.columns() - static_cast<int>(right.size()) - 1;
  if (at > x) grid.write(at, 1, right, {Role::faint});
}

void draw_foot(Grid& grid, const HopView& view) {
  const int y = grid.rows() - 1;
  if (!view.question.empty()) {
    const int end = grid.write(1, y, view.question + ": ", {Role::key});
    grid.write(end, y, view.typed + '_');
    return;
  }
  if (!view.said.empty()) {
    grid.write(1, y, cut_end(SafeText(view.said).str(), grid.columns() - 1),
               {Role::warning});
    return;
  }
  int x = 1;
  for (const KeyBinding& binding : hop_keys()) {
    if (binding.short_name.empty()) continue;
    const std::string name = key_name(binding.codes.front());
    const int needs = text_columns(name) + text_columns(binding.short_name) + 1;
    if (x + needs > grid.columns()) return;
    x = grid.write(x, y, name, {Role::key});
    x = grid.write(x + 1, y, binding.short_name, {Role::faint}) + 2;
  }
}

}  // namespace

std::span<const KeyBinding> hop_keys() {
  using enum HopAction;
  static const std::vector<KeyBinding> kKeys = {
      {act(quit), {U'q', key::control('C')}, 0, "quit", "Quit"},
      {act(quit_and_report), {U'Q'}, 0, "", "Quit and print the report"},
      {act(help), {U'?', U'h', key::kF1}, 0, "help", "This help, and back"},
      {act(next_pane), {U'd', key::kTab}, 0, "view", "Next view"},
      {act(pane_hops), {U'1'}, 0, "", "Hops: the table"},
      {act(pane_strips), {U'2'}, 0, "", "Strips: round trips over time"},
      {act(pane_lanes), {U'3'}, 0, "", "Lanes: the ways flows take"},
      {act(pane_events), {U'4'}, 0, "", "Events: changes of route, ways found"},
      {act(pause), {U'p'}, 0, "pause", "Send no probes; again: go on"},
      {act(resume), {U' '}, 0, "", "Go on sending"},
      {act(reset), {U'r'}, 0, "reset", "Begin all counts anew"},
      {act(names), {U'n'}, 0, "names", "Names or addresses"},
      {act(jitter),
       {U'j'},
       0,
       "jitter",
       "Mean, deviation and jitter, or best, p95 and worst"},
      {act(labels), {U'e'}, 0, "", "MPLS labels and interfaces of the hops"},
      {act(origins), {U'z'}, 0, "", "AS and country of the hops, or not"},
      {act(ask_interval), {U'i'}, 0, "", "Set the seconds between rounds"},
      {act(ask_first_ttl), {U'f'}, 0, "", "Set the first TTL and begin anew"},
      {act(ask_max_ttl), {U'm'}, 0, "", "Set the last TTL and begin anew"},
      {act(ask_size), {U's'}, 0, "", "Set the packet size and begin anew"},
      {act(udp), {U'u'}, 0, "", "UDP, or again ICMP, and begin anew"},
      {act(tcp), {U't'}, 0, "", "TCP, or again ICMP, and begin anew"},
      {act(next_target), {U']', key::kRight}, 0, "", "Next target"},
      {act(target_before), {U'[', key::kLeft}, 0, "", "Target before"},
      {act(down), {key::kDown, key::kPageDown}, 0, "", "Down a row"},
      {act(up), {key::kUp, key::kPageUp}, 0, "", "Up a row"},
      {act(back), {key::kEscape, key::kBackspace}, 0, "", "Back to the hops"},
      {act(repaint), {key::control('L')}, 0, "", "Paint everything again"},
  };
  return kKeys;
}

std::string hop_number(const HopRow& row) {
  return std::to_string(row.ttl) + (row.former ? "*" : "");
}

std::string hop_place(const HopReport& report, const HopRow& row, bool names) {
  if (!row.address) return "-";
  const auto name = report.names.find(*row.address);
  if (names && name != report.names.end()) return SafeText(name->second).str();
  return row.address->text();
}

Style verdict_style(const HopRow& row) {
  if (row.former) return {Role::faint};
  switch (row.verdict) {
    case HopVerdict::loss:
      return {Role::alarm};
    case HopVerdict::unjudged:
    case HopVerdict::return_path:
      return {Role::warning};
    case HopVerdict::icmp_limited:
    case HopVerdict::silent:
      return {Role::faint};
    case HopVerdict::ok:
      break;
  }
  return {};
}

int write_wrapped(Grid& grid, int top, int bottom, const std::string& text,
                  Style style) {
  const auto columns = static_cast<std::size_t>(std::max(1, grid.columns()));
  std::istringstream lines(wrapped_text(text, 1, columns));
  std::string line;
  int y = top;
  while (y < bottom && std::getline(lines, line)) {
    grid.write(0, y++, line, style);
  }
  return y;
}

void draw_hop_events(Grid& grid, const PaneArea& area, const HopSnapshot& shot,
                     const HopView& view) {
  const auto& events = shot.report.path.events;
  if (events.empty()) {
    grid.write(1, area.top, "the route has not changed", {Role::faint});
    return;
  }
  // The newest first.
  int y = area.top;
  const int count = static_cast<int>(events.size());
  for (int i = view.scrolled; i < count && y < area.bottom; ++i, ++y) {
    const auto& event = events[static_cast<std::size_t>(count - 1 - i)];
    grid.write(1, y, cut_end(event_sentence(event), grid.columns() - 1));
  }
}

void draw_hop_help(Grid& grid, const PaneArea& area, const HopView& view) {
  constexpr int kNames = 16;
  int y = area.top, skipped = view.scrolled;
  for (const KeyBinding& binding : hop_keys()) {
    if (skipped-- > 0) continue;
    const bool more = &binding != &hop_keys().back();
    if (y >= area.bottom - (more ? 1 : 0)) {
      grid.write(kNames + 2, y, "Down: more", {Role::faint});
      return;
    }
    grid.write_field(1, y, kNames, key_names(binding), {Role::key});
    grid.write(kNames + 2, y++, binding.help);
  }
}

Grid hop_screen(const HopSnapshot& shot, const HopView& view, GridSize size,
                const Glyphs& glyphs) {
  Grid grid(size);
  draw_title(grid, shot, view);
  draw_tabs(grid, shot, view);
  const PaneArea area{2, grid.rows() - 1};
  switch (view.pane) {
    case HopPane::hops:
      draw_hop_table(grid, area, shot, view, glyphs);
      break;
    case HopPane::strips:
      draw_hop_strips(grid, area, shot, view, glyphs);
      break;
    case HopPane::lanes:
      draw_hop_lanes(grid, area, shot, view);
      break;
    case HopPane::events:
      draw_hop_events(grid, area, shot, view);
      break;
    case HopPane::help:
      draw_hop_help(grid, area, view);
      break;
  }
  draw_foot(grid, view);
  return grid;
}

}  // namespace netlat
