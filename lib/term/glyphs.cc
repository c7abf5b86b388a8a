#include "netlat/term/glyphs.h"

#include <langinfo.h>

#include <string_view>

#include "netlat/term/grid.h"

namespace netlat {

namespace {

constexpr std::array<char32_t, 9> kAsciiLevels = {'.', ':', '-', '=', '+',
                                                  '*', '#', '%', '@'};
constexpr std::array<char32_t, 1> kAsciiParts = {'#'};
constexpr std::array<char32_t, kHeatLevels> kAsciiShades = {
    ' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'};

constexpr std::array<char32_t, 8> kLevels = {0x2581, 0x2582, 0x2583, 0x2584,
                                             0x2585, 0x2586, 0x2587, 0x2588};
constexpr std::array<char32_t, 8> kParts = {0x258f, 0x258e, 0x258d, 0x258c,
                                            0x258b, 0x258a, 0x2589, 0x2588};
// Four shades are all there are; between them the colour tells.
constexpr std::array<char32_t, kHeatLevels> kShades = {
    ' ',    0x2591, 0x2591, 0x2591, 0x2592,
    0x2592, 0x2592, 0x2593, 0x2593, 0x2588};

constexpr Glyphs kAscii = {kAsciiLevels, kAsciiParts, kAsciiShades,
                           U'-',         U'.',        U'~'};
constexpr Glyphs kUtf8 = {kLevels, kParts, kShades, 0x2500, 0x00b7, 0x2026};

}  // namespace

const Glyphs& ascii_glyphs() {
  return kAscii;
}
const Glyphs& utf8_glyphs() {
  return kUtf8;
}

const Glyphs& glyphs_of_locale() {
  return std::string_view(nl_langinfo(CODESET)) == "UTF-8" ? kUtf8 : kAscii;
}

}  // namespace netlat
