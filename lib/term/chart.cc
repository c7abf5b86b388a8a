#include "netlat/term/chart.h"

#include <algorithm>
#include <cmath>

namespace netlat {

namespace {

std::size_t step_of(double share, std::size_t steps) {
  if (steps == 0 || !(share > 0)) return 0;
  const double at = std::floor(share * static_cast<double>(steps));
  return static_cast<std::size_t>(std::min(at, static_cast<double>(steps - 1)));
}

}  // namespace

std::size_t chart_step(double value, double top, std::size_t steps) {
  return top > 0 ? step_of(value / top, steps) : 0;
}

std::size_t log_step(double value, double low, double high, std::size_t steps) {
  if (!(value > low) || !(high > low) || !(low > 0)) return 0;
  return step_of(std::log(value / low) / std::log(high / low), steps);
}

char32_t level_glyph(const Glyphs& glyphs, std::optional<double> value,
                     double top) {
  if (!value) return U' ';
  return glyphs.levels[chart_step(*value, top, glyphs.levels.size())];
}

void draw_levels(Grid& grid, int x, int y, int width,
                 std::span<const std::optional<double>> values, double top,
                 const Glyphs& glyphs, Style style) {
  const int shown = std::min(width, static_cast<int>(values.size()));
  grid.repeat(x, y, width - shown, U' ', style);
  values = values.last(static_cast<std::size_t>(std::max(shown, 0)));
  int at = x + width - shown;
  for (const auto& value : values) {
    grid.put(at++, y, level_glyph(glyphs, value, top), style);
  }
}

void draw_bar(Grid& grid, int x, int y, int width, double share,
              const Glyphs& glyphs, Style style) {
  if (width <= 0) return;
  const auto parts = glyphs.parts.size();
  const double filled = std::clamp(share, 0.0, 1.0) * width;
  const auto whole = static_cast<int>(filled);
  const auto rest =
      static_cast<std::size_t>((filled - whole) * static_cast<double>(parts));
  grid.repeat(x, y, whole, glyphs.parts.back(), style);
  int at = x + whole;
  // A share above nothing is not shown as nothing.
  const bool sliver = whole == 0 && rest == 0 && share > 0;
  if (at < x + width && (rest > 0 || sliver)) {
    grid.put(at++, y, glyphs.parts[rest > 0 ? rest - 1 : 0], style);
  }
  grid.repeat(at, y, x + width - at, U' ', style);
}

void draw_heat(Grid& grid, int x, int y, int width, std::size_t level,
               const Glyphs& glyphs) {
  level = std::min(level, glyphs.shades.size() - 1);
  Style style{Role::heat};
  style.heat = static_cast<std::uint8_t>(level);
  grid.repeat(x, y, width, glyphs.shades[level], style);
}

void draw_rule(Grid& grid, int x, int y, int width, std::string_view title,
               const Glyphs& glyphs) {
  const Style line{Role::faint};
  const int end = x + width;
  int at = grid.repeat(x, y, std::min(2, width), glyphs.rule, line);
  if (!title.empty() && width > 6) {
    const std::string text = " " + cut_end(title, width - 6) + " ";
    at = grid.write(at, y, text, {Role::heading});
  }
  grid.repeat(at, y, end - at, glyphs.rule, line);
}

std::string cut_end(std::string_view text, int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  if (text.size() <= room) return std::string(text);
  if (room <= 2) return std::string(text.substr(0, room));
  return std::string(text.substr(0, room - 2)) + "..";
}

}  // namespace netlat
