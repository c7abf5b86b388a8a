// How many columns a character takes, without asking the locale: the answer
// has to be the same where a grid is drawn and where a test looks at it.
//
// Ranges after Unicode 15: East Asian Width W and F are 2 columns, marks that
// combine with the character before are 0.  Controls, surrogates, and the
// marks that hide or reorder neighbours (bidirectional controls, interlinear
// annotation, tags) are refused.  Rare scripts' combining marks are not all
// listed; such text comes to a screen as SafeText, which is ASCII.

#include <algorithm>
#include <iterator>

#include "netlat/term/grid.h"

namespace netlat {

namespace {

struct Range {
  char32_t first, last;
};

constexpr Range kRefused[] = {
    {0x0000, 0x001f},       {0x007f, 0x009f}, {0x00ad, 0x00ad},
    {0x061c, 0x061c},       {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f},       {0xd800, 0xdfff}, {0xfeff, 0xfeff},
    {0xfff0, 0xfffb},       {0xfffe, 0xffff}, {0xe0000, 0xe007f},
    {0x110000, 0xffffffff},
};

constexpr Range kCombining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x0900, 0x0902}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

constexpr Range kWide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},
    {0x23e9, 0x23ec},   {0x2614, 0x2615},   {0x26a1, 0x26a1},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t glyph) {
  const auto* const after = std::upper_bound(
      std::begin(ranges), std::end(ranges), glyph,
      [](char32_t g, const Range& range) { return g < range.first; });
  return after != std::begin(ranges) && glyph <= std::prev(after)->last;
}

}  // namespace

int glyph_width(char32_t glyph) {
  if (glyph >= 0x20 && glyph < 0x7f) return 1;
  if (in(kRefused, glyph)) return -1;
  if (in(kCombining, glyph)) return 0;
  return in(kWide, glyph) ? 2 : 1;
}

}  // namespace netlat
