#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/term/view.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

namespace {

std::uint64_t samples_for(Nanos Quantiles::*member) {
  if (member == &Quantiles::p99) return kSamplesForP99;
  return member == &Quantiles::p95 ? kSamplesForP95 : 1;
}

}  // namespace

std::string ms_or_dash(const Quantiles& q, Nanos Quantiles::*member) {
  return q.n < samples_for(member) ? "-" : ms_text(q.*member);
}

std::string percent_of(std::uint64_t part, std::uint64_t of) {
  if (of == 0) return "-";
  const double percent =
      100.0 * static_cast<double>(part) / static_cast<double>(of);
  if (part > 0 && percent < 0.005) return "<0.01";
  return fmt::format("{:.{}f}", percent, percent < 9.995 ? 2 : 1);
}

std::string short_count(double value) {
  constexpr std::string_view kUnits[] = {"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, decimals, kUnits[unit]);
}

std::string window_text(Nanos window) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(window).count();
  if (seconds < 120) return fmt::format("{}s", seconds);
  return seconds < 3600 ? fmt::format("{}min", seconds / 60)
                        : fmt::format("{}h", seconds / 3600);
}

std::string step_text(Nanos step) {
  return fmt::format("{:g} s", std::chrono::duration<double>(step).count());
}

std::string clock_text(Stamp time) {
  const std::string tenths = time_text(time);
  return tenths.substr(0, tenths.rfind('.'));
}

char mark_of(Standing standing) {
  return standing == Standing::broken  ? '!'
         : standing == Standing::close ? '~'
                                       : ' ';
}

Style style_of(Standing standing) {
  switch (standing) {
    case Standing::broken:
      return {Role::alarm};
    case Standing::close:
      return {Role::warning};
    case Standing::kept:
      return {Role::good};
    case Standing::none:
    case Standing::insufficient:
      break;
  }
  return {Role::faint};
}

std::string_view word_of(Standing standing) {
  switch (standing) {
    case Standing::broken:
      return "BREACH";
    case Standing::close:
      return "WARN";
    case Standing::kept:
      return "ok";
    case Standing::insufficient:
      return "few";
    case Standing::none:
      break;
  }
  return "-";
}

Standing standing_of(const FlowRow& flow) {
  const LossCounts loss{
      .segments = std::uint64_t{flow.c2s.segments} + flow.s2c.segments,
      .retransmits =
          std::uint64_t{flow.c2s.retransmits} + flow.s2c.retransmits};
  const bool failed = flow.outcome == HandshakeOutcome::refused ||
                      flow.outcome == HandshakeOutcome::timeout;
  const bool stands_out = tail_stands_out(shown_rtt_of(flow).quantiles()) ||
                          loss_stands_out(loss) || failed;
  return stands_out ? Standing::close : Standing::none;
}

int selected_width(std::span<const PlacedColumn> placed, std::size_t last) {
  const bool has = !placed.empty() && placed.back().index == last;
  return has ? placed.back().x - 1 : Grid::kMost;
}

std::size_t first_shown(const ListState& list, std::size_t selected,
                        std::size_t count, int rows) {
  const auto visible = static_cast<std::size_t>(std::max(rows, 1));
  std::size_t top = list.top;
  if (selected < top) top = selected;
  if (selected >= top + visible) top = selected - visible + 1;
  return std::min(top, count > visible ? count - visible : 0);
}

void draw_notice(const Canvas& c, Area area, std::string_view what,
                 std::string_view remedy) {
  if (area.rows <= 0) return;
  const int y = area.top + (area.rows > 4 ? 1 : 0);
  c.grid.write(1, y, cut_end(what, c.grid.columns() - 2));
  if (!remedy.empty() && area.end() > area.top + 2) {
    c.grid.write(1, y + 1, cut_end(remedy, c.grid.columns() - 2),
                 {Role::faint});
  }
}

}  // namespace netlat
