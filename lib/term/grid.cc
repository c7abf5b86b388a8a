#include "netlat/term/grid.h"

#include <algorithm>
#include <cctype>

#include "lib/report/utf8.h"

namespace netlat {

namespace {

// The next character of `text`, which is shortened by it.
char32_t take_glyph(std::string_view& text) {
  const Utf8Step step = decode_utf8(text);
  const auto lead = static_cast<unsigned char>(text.front());
  const bool malformed = step.length == 1 && lead >= 0x80;
  text.remove_prefix(step.length);
  return malformed ? U'?' : static_cast<char32_t>(step.code);
}

// What is written for a character: itself, or '?' where it must not be.
char32_t shown(char32_t glyph) {
  return glyph_width(glyph) < 0 ? U'?' : glyph;
}

}  // namespace

Grid::Grid(GridSize size)
    : size_{std::clamp(size.columns, 0, kMost),
            std::clamp(size.rows, 0, kMost)},
      cells_(static_cast<std::size_t>(size_.columns) *
             static_cast<std::size_t>(size_.rows)) {}

Cell* Grid::cell(int x, int y) {
  if (x < 0 || y < 0 || x >= size_.columns || y >= size_.rows) return nullptr;
  return &cells_[static_cast<std::size_t>(y) *
                     static_cast<std::size_t>(size_.columns) +
                 static_cast<std::size_t>(x)];
}

// Half of a wide character is none: the other half becomes a blank.
void Grid::clear_halves(int x, int y) {
  Cell* here = cell(x, y);
  if (here == nullptr) return;
  Cell* const other = here->width == 0   ? cell(x - 1, y)
                      : here->width == 2 ? cell(x + 1, y)
                                         : nullptr;
  if (other != nullptr) *other = Cell{U' ', 1, other->style};
}

void Grid::put(int x, int y, char32_t glyph, Style style) {
  Cell* const here = cell(x, y);
  if (here == nullptr) return;
  glyph = shown(glyph);
  const int width = glyph_width(glyph);
  if (width == 0) return;  // no cell holds two characters
  clear_halves(x, y);
  if (width == 1) {
    *here = {glyph, 1, style};
    return;
  }
  Cell* const right = cell(x + 1, y);
  if (right == nullptr) {
    *here = {U' ', 1, style};
    return;
  }
  clear_halves(x + 1, y);
  *here = {glyph, 2, style};
  *right = {U' ', 0, style};
}

int Grid::write(int x, int y, std::string_view text, Style style) {
  while (!text.empty()) {
    const char32_t glyph = shown(take_glyph(text));
    put(x, y, glyph, style);
    x += glyph_width(glyph);
  }
  return x;
}

int Grid::write_field(int x, int y, int width, std::string_view text,
                      Style style) {
  const int end = x + std::max(width, 0);
  while (!text.empty()) {
    const char32_t glyph = shown(take_glyph(text));
    if (x + glyph_width(glyph) > end) break;
    put(x, y, glyph, style);
    x += glyph_width(glyph);
  }
  return repeat(x, y, end - x, U' ', style);
}

int Grid::write_right(int x, int y, int width, std::string_view text,
                      Style style) {
  const int blank = std::max(width - text_columns(text), 0);
  repeat(x, y, blank, U' ', style);
  return write_field(x + blank, y, width - blank, text, style);
}

int Grid::repeat(int x, int y, int count, char32_t glyph, Style style) {
  for (int i = 0; i < count; ++i) put(x + i, y, glyph, style);
  return x + std::max(count, 0);
}

void Grid::select_row(int y, int width) {
  for (int x = 0; x < std::min(width, size_.columns); ++x) {
    Cell* const here = cell(x, y);
    if (here == nullptr) continue;
    here->style.selected = true;
    // Grey on the light ground of a selection cannot be read.
    if (here->style.role == Role::faint) here->style.role = Role::text;
  }
}

std::string Grid::text() const {
  std::string out;
  for (int y = 0; y < size_.rows; ++y) {
    const std::size_t start = out.size();
    std::size_t end = start;
    for (int x = 0; x < size_.columns; ++x) {
      const Cell& here = at(x, y);
      if (here.width == 0) continue;
      append_utf8(out, here.glyph);
      if (here.glyph != U' ') end = out.size();
    }
    out.resize(end);
    out += '\n';
  }
  return out;
}

std::string Grid::styles() const {
  std::string out;
  for (int y = 0; y < size_.rows; ++y) {
    const std::size_t start = out.size();
    for (int x = 0; x < size_.columns; ++x) out += style_letter(at(x, y).style);
    const std::size_t last = out.find_last_not_of('.');
    out.resize(last == out.npos || last < start ? start : last + 1);
    out += '\n';
  }
  return out;
}

int text_columns(std::string_view text) {
  int columns = 0;
  while (!text.empty()) columns += glyph_width(shown(take_glyph(text)));
  return columns;
}

char style_letter(Style style) {
  if (style.role == Role::heat) {
    return style.selected ? '*' : static_cast<char>('0' + style.heat % 10);
  }
  constexpr std::string_view kLetters = ".fhkgwat";
  const char letter = kLetters[static_cast<std::size_t>(style.role)];
  if (!style.selected) return letter;
  return letter == '.' ? '#'
                       : static_cast<char>(
                             std::toupper(static_cast<unsigned char>(letter)));
}

void append_utf8(std::string& out, char32_t glyph) {
  const auto code = static_cast<std::uint32_t>(glyph);
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | (code >> shift & 0x3f));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace netlat
