// One connection: what both halves of its path took, what was lost and why,
// and what that adds up to.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/term/view.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"
#include "netlat/report/what_happened.h"

namespace netlat {

namespace {

const FlowRow* selected_flow(const Canvas& c) {
  const ListState& list = c.ui.lists[static_cast<std::size_t>(View::flows)];
  if (list.index < c.ui.flows.size() &&
      flow_name(*c.ui.flows[list.index]) == list.selected) {
    return c.ui.flows[list.index].get();
  }
  for (const auto& flow : *c.s.flows) {
    if (flow_name(*flow) == list.selected) return flow.get();
  }
  return nullptr;
}

struct TimesLine {
  std::string_view name;
  const BriefTimes& times;
};

// A distribution as a bar on a common logarithmic scale: from min to max, the
// part up to the median full.
void draw_spread(const Canvas& c, int x, int y, int width, const BriefTimes& t,
                 double low, double high) {
  const auto steps = static_cast<std::size_t>(std::max(width, 1));
  const auto at = [&](float v) {
    return static_cast<int>(log_step(v, low, high, steps));
  };
  for (int i = at(t.min); i <= at(t.max); ++i) {
    const bool middle = i <= at(t.p50);
    c.grid.put(x + i, y, middle ? U'=' : U'-',
               {i > at(t.p95) ? Role::warning : Role::trend});
  }
  c.grid.put(x + at(t.p50), y, U'm', {Role::heading});
}

void draw_times(const Canvas& c, Area area, const FlowRow& f) {
  int y = area.top;
  const int end = area.end();
  draw_rule(c.grid, 0, y++, c.grid.columns(),
            "TIMES of the whole connection, as last told", c.glyphs);
  const TimesLine lines[] = {
      {"RTT to server", f.server_rtt}, {"  with ACK delay", f.server_ack},
      {"RTT to client", f.client_rtt}, {"  with ACK delay", f.client_ack},
      {"service time", f.service},     {"request to end", f.elapsed}};
  static constexpr GridColumn kColumns[] = {
      {"ms", 14, 16, 0, false}, {"n", 6, 7, 3},
      {"min", 6, 0, 4},         {"p50", 6, 0, 0},
      {"p95", 6, 0, 2},         {"p99", 6, 0, 0},
      {"max", 6, 0, 1},         {"min=m p50-max", 12, 70, 5, false}};
  const auto placed = place_columns(kColumns, 1, c.grid.columns() - 2);
  if (y < end) draw_headings(c.grid, y++, kColumns, placed);
  double low = 1e12, high = 1e3;
  for (const TimesLine& line : lines) {
    if (line.times.n == 0) continue;
    low = std::min(low, std::max(static_cast<double>(line.times.min), 1e3));
    high = std::max(high, static_cast<double>(line.times.max) * 1.01);
  }
  for (const TimesLine& line : lines) {
    if (y >= end) break;
    const Quantiles q = line.times.quantiles();
    const std::string texts[] = {
        std::string(line.name),         count_text(q.n),
        ms_or_dash(q, &Quantiles::min), ms_or_dash(q, &Quantiles::p50),
        ms_or_dash(q, &Quantiles::p95), ms_or_dash(q, &Quantiles::p99),
        ms_or_dash(q, &Quantiles::max)};
    for (const PlacedColumn& p : placed) {
      if (p.index < std::size(texts)) {
        draw_in_column(c.grid, y, kColumns[p.index], p, texts[p.index]);
      } else if (q.n > 0) {
        draw_spread(c, p.x, y, p.width, line.times, low, high);
      }
    }
    ++y;
  }
}

struct CountLine {
  const char* name;
  std::uint64_t to_server, to_client;
  bool trouble;  ///< worth a warning when it is not zero
};

void draw_counts(const Canvas& c, Area area, const FlowRow& f) {
  int y = area.top;
  const int end = area.end();
  draw_rule(c.grid, 0, y++, c.grid.columns(), "PACKETS AND LOSSES", c.glyphs);
  const auto cause = [&](RetransmitCause which) {
    const auto i = static_cast<std::size_t>(which);
    return std::pair(f.c2s.by_cause[i], f.s2c.by_cause[i]);
  };
  std::vector<CountLine> lines = {
      {"segments with data", f.c2s.segments, f.s2c.segments, false},
      {"octets", f.c2s.bytes, f.s2c.bytes, false},
      {"sent again", f.c2s.retransmits, f.s2c.retransmits, true}};
  for (std::size_t i = 0; i < kRetransmitCauses; ++i) {
    const auto which = static_cast<RetransmitCause>(i);
    const auto [server, client] = cause(which);
    if (server + client == 0) continue;
    lines.push_back({word(which).data(), server, client, false});
  }
  const CountLine more[] = {
      {"  proven needless", f.c2s.spurious, f.s2c.spurious, false},
      {"lost before us", f.c2s.lost_upstream, f.s2c.lost_upstream, true},
      {"lost after us", f.c2s.lost_downstream, f.s2c.lost_downstream, true},
      {"out of order", f.c2s.reordered, f.s2c.reordered, false},
      {"duplicate ACKs", f.c2s.dup_acks, f.s2c.dup_acks, false},
      {"window closed", f.c2s.zero_windows, f.s2c.zero_windows, true},
      {"most in flight", f.c2s.max_in_flight, f.s2c.max_in_flight, false}};
  lines.insert(lines.end(), std::begin(more), std::end(more));
  if (y >= end) return;
  const int name = std::min(24, c.grid.columns() / 2);
  c.grid.write_field(1, y, name, "SENT BY", {Role::heading});
  c.grid.write_right(1 + name, y, 10, "client", {Role::heading});
  c.grid.write_right(12 + name, y++, 10, "server", {Role::heading});
  for (const CountLine& line : lines) {
    if (y >= end) break;
    const auto style = [&](std::uint64_t n) {
      return line.trouble && n > 0 ? Style{Role::warning} : Style{};
    };
    c.grid.write_field(1, y, name, line.name);
    c.grid.write_right(1 + name, y, 10, count_text(line.to_server),
                       style(line.to_server));
    c.grid.write_right(12 + name, y++, 10, count_text(line.to_client),
                       style(line.to_client));
  }
}

std::string connection_line(const FlowRow& f) {
  std::string said = fmt::format(
      "opened {}{}, last packet {}, {}, {} requests",
      f.start == FlowStart::syn ? "" : "before ", clock_text(f.start_time),
      clock_text(f.end_time),
      f.end == FlowEnd::open ? "still open"
                             : "ended by " + std::string(word(f.end)),
      count_text(f.turns));
  if (f.connect) said += ", connect " + duration_text(*f.connect);
  if (f.c2s.mss) said += fmt::format(", mss {}", *f.c2s.mss);
  return said;
}

enum class Part : std::uint8_t { times, timeline, turns, histograms, counts };

void draw_part(const Canvas& c, Area area, const FlowRow& f, Part part) {
  switch (part) {
    case Part::times:
      return draw_times(c, area, f);
    case Part::timeline:
      return draw_trace_timeline(c, area, *c.s.trace);
    case Part::turns:
      return draw_trace_turns(c, area, *c.s.trace);
    case Part::histograms:
      return draw_trace_histograms(c, area, *c.s.trace);
    case Part::counts:
      return draw_counts(c, area, f);
  }
}

// As many parts as there is room for, from the chosen one on.
void draw_parts(const Canvas& c, Area area, const FlowRow& f) {
  struct Wanted {
    Part part;
    int least, rows;
  };
  std::vector<Wanted> parts = {{Part::times, 3, 8}};
  const bool traced = c.s.trace && c.s.trace_of == flow_name(f);
  if (traced) {
    parts.push_back({Part::timeline, 6, 9});
    parts.push_back({Part::turns, 4, 8});
    parts.push_back({Part::histograms, 5, 9});
  } else if (!c.s.trace_text.empty() && area.rows >= 6) {
    c.grid.write(1, area.top, cut_end(c.s.trace_text, c.grid.columns() - 2),
                 {Role::faint});
    area = {area.top + 1, area.rows - 1};
  }
  parts.push_back({Part::counts, 4, 17});
  const std::size_t first = c.ui.detail_part % parts.size();
  std::rotate(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(first),
              parts.end());
  std::size_t shown = 0;
  int spare = area.rows;
  for (; shown < parts.size() && spare >= parts[shown].least; ++shown) {
    parts[shown].rows = std::min(parts[shown].rows, spare);
    spare -= parts[shown].rows;
  }
  if (shown > 0) parts[shown - 1].rows += spare;
  for (std::size_t i = 0; i < shown; ++i) {
    draw_part(c, {area.top, parts[i].rows}, f, parts[i].part);
    area.top += parts[i].rows;
  }
}

}  // namespace

void draw_flow_detail(const Canvas& c, Area area) {
  const FlowRow* f = selected_flow(c);
  if (f == nullptr) {
    return draw_notice(c, area, "This connection is no longer kept.",
                       "Esc goes back to the list");
  }
  const Standing standing = standing_of(*f);
  const int room = c.grid.columns() - 2;
  int y = area.top;
  c.grid.put(0, y, static_cast<char32_t>(mark_of(standing)),
             style_of(standing));
  std::string title = endpoint_text(f->client, f->client_port) + " > " +
                      endpoint_text(f->server, f->server_port);
  if (!f->sni.empty()) title += "  " + f->sni;
  if (!f->client_zone.empty() || !f->server_zone.empty()) {
    title += "  " + f->client_zone + " > " + f->server_zone;
  }
  c.grid.write(1, y++, cut_end(title, room), {Role::heading});
  if (y < area.end()) {
    c.grid.write(1, y++, cut_end(connection_line(*f), room));
  }
  if (y < area.end()) {
    c.grid.write(
        1, y++, cut_end(what_happened(f->flow_record()), room),
        style_of(standing == Standing::none ? Standing::kept : standing));
  }
  draw_parts(c, {y, area.end() - y}, *f);
}

}  // namespace netlat
