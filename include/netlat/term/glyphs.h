#pragma once
// The characters that charts are made of, for terminals that show UTF-8 and
// for those that do not.  Block elements and shades only: braille and box
// drawing are missing from too many fonts and consoles.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace netlat {

struct Glyphs {
  /// Columns of a sparkline, lowest first.  What has no sample is a blank,
  /// which none of these is.
  std::span<const char32_t> levels;
  /// Parts of a horizontal bar's cell, from the smallest to the whole.
  std::span<const char32_t> parts;
  /// Heat, lowest first, kHeatLevels of them.
  std::span<const char32_t> shades;
  char32_t rule;      ///< of a section's heading
  char32_t track;     ///< the part of a bar that is not filled
  char32_t ellipsis;  ///< stands for text that was cut
};

const Glyphs& ascii_glyphs();
const Glyphs& utf8_glyphs();

/// By the character set of the locale, which must have been set
/// (setlocale(LC_ALL, "")).
const Glyphs& glyphs_of_locale();

}  // namespace netlat
