#pragma once
// From what a cell means to how a terminal shows it.
//
// Everything that colour says is said by a word or a mark as well, so each
// step down the ladder (256, 16, 8 colours, none) loses beauty, not meaning.
// The terminal's own foreground and background stay; other colours are those
// of its palette, which its user has chosen to be legible, but for the heat
// scale of 256-colour terminals: that runs from blue to orange, a range that
// the colour-blind can tell apart too.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/term/grid.h"

namespace netlat {

enum class ColourDepth : std::uint8_t { none, eight, sixteen, many };

/// "never", "8", "16" or "256".
std::optional<ColourDepth> parse_colour_depth(std::string_view text);
/// As many as a terminal that has `colours` can show; none if NO_COLOR or
/// NETLAT_NO_COLOR is set and not empty.
ColourDepth colour_depth_of(int colours);

/// What the background is, if known: COLORFGBG says so in some terminals.
enum class Background : std::uint8_t { dark, light };
Background background_of_environment();

/// Attributes of a cell on a terminal; a colour of -1 is the terminal's own.
struct Look {
  int foreground = -1, background = -1;
  bool bold = false, dim = false, reverse = false;

  friend bool operator==(const Look&, const Look&) = default;
};

class Theme {
 public:
  Theme(ColourDepth depth, Background background)
      : depth_(depth), background_(background) {}

  ColourDepth depth() const noexcept { return depth_; }
  Look look(Style style) const;

 private:
  Look heat(std::uint8_t level) const;

  ColourDepth depth_;
  Background background_;
};

}  // namespace netlat
