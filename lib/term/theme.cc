#include "netlat/term/theme.h"

#include <algorithm>
#include <cstdlib>

namespace netlat {

namespace {

// Numbers of the ANSI palette.
constexpr int kRed = 1, kGreen = 2, kYellow = 3, kBlue = 4, kCyan = 6;

// Blue to orange through the neutral middle, in the 6x6x6 cube of
// 256-colour terminals.
constexpr std::array<int, kHeatLevels> kHeatOnDark = {17,  18,  24,  31,  67,
                                                      101, 137, 172, 208, 202};
constexpr std::array<int, kHeatLevels> kHeatOnLight = {195, 153, 117, 110, 152,
                                                       187, 222, 215, 208, 202};

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::optional<ColourDepth> parse_colour_depth(std::string_view text) {
  if (text == "never") return ColourDepth::none;
  if (text == "8") return ColourDepth::eight;
  if (text == "16") return ColourDepth::sixteen;
  if (text == "256") return ColourDepth::many;
  return std::nullopt;
}

ColourDepth colour_depth_of(int colours) {
  if (!environment("NO_COLOR").empty() ||
      !environment("NETLAT_NO_COLOR").empty() || colours < 8) {
    return ColourDepth::none;
  }
  if (colours >= 256) return ColourDepth::many;
  return colours >= 16 ? ColourDepth::sixteen : ColourDepth::eight;
}

Background background_of_environment() {
  // "15;0": foreground, perhaps more, background, as palette numbers.
  const std::string_view said = environment("COLORFGBG");
  const std::size_t at = said.rfind(';');
  if (at == said.npos) return Background::dark;
  const std::string_view last = said.substr(at + 1);
  return last == "7" || last == "15" ? Background::light : Background::dark;
}

Look Theme::heat(std::uint8_t level) const {
  level = std::min<std::uint8_t>(level, kHeatLevels - 1);
  if (depth_ == ColourDepth::many) {
    const auto& scale =
        background_ == Background::light ? kHeatOnLight : kHeatOnDark;
    // The shade in the cell is for terminals with fewer colours: here it
    // would only be grain.
    return {.foreground = scale[level], .background = scale[level]};
  }
  if (depth_ == ColourDepth::none) return {.bold = level >= 7};
  // The glyph carries the level; the colour only says which third it is in.
  const int colour = level < 4 ? kBlue : level < 7 ? kYellow : kRed;
  return {.foreground = colour, .bold = level >= 7};
}

Look Theme::look(Style style) const {
  const bool colours = depth_ != ColourDepth::none;
  Look look;
  switch (style.role) {
    case Role::text:
      break;
    case Role::faint:
      look.dim = true;
      break;
    case Role::heading:
      look.bold = true;
      break;
    case Role::key:
      if (colours) look.foreground = kCyan;
      look.bold = !colours;
      break;
    case Role::good:
      if (colours) look.foreground = kGreen;
      break;
    case Role::warning:
      if (colours) look.foreground = kYellow;
      look.bold = true;
      break;
    case Role::alarm:
      if (colours) look.foreground = kRed;
      look.bold = true;
      break;
    case Role::trend:
      if (colours) look.foreground = kCyan;
      break;
    case Role::heat:
      look = heat(style.heat);
      break;
  }
  if (style.selected) look.reverse = true;
  return look;
}

}  // namespace netlat
