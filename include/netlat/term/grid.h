#pragma once
// What a screen shall show: a rectangle of cells, without any terminal.
//
// Views draw into a Grid and know nothing of a terminal; tests look at a Grid
// and need none; an adapter shows it and sends what has changed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// What a cell means.  Which colour that is, if any, the Theme says.
enum class Role : std::uint8_t {
  text,
  faint,    ///< less important than text: units, closed connections
  heading,  ///< of a table or a section
  key,      ///< the name of a key in a line of help
  good,
  warning,
  alarm,
  trend,  ///< sparklines and bars
  heat    ///< with a level 0 to kHeatLevels - 1
};

inline constexpr std::uint8_t kHeatLevels = 10;

struct Style {
  Role role = Role::text;
  std::uint8_t heat = 0;  ///< only with Role::heat
  bool selected = false;  ///< where the user stands

  friend bool operator==(const Style&, const Style&) = default;
};

inline Style selected(Style style) {
  style.selected = true;
  return style;
}

struct Cell {
  char32_t glyph = U' ';
  std::uint8_t width = 1;  ///< 2: wide; 0: the right half of a wide one
  Style style;

  friend bool operator==(const Cell&, const Cell&) = default;
};

struct GridSize {
  int columns = 80, rows = 24;

  friend bool operator==(const GridSize&, const GridSize&) = default;
};

/// Columns that a character takes: 0 (joins the one before), 1 or 2; negative
/// where it cannot be shown at all (controls, marks that reorder text).
int glyph_width(char32_t glyph);

class Grid {
 public:
  Grid() : Grid(GridSize{0, 0}) {}
  /// Blank.  Sizes below 0 mean 0, above kMost mean that.
  explicit Grid(GridSize size);
  static constexpr int kMost = 1000;

  GridSize size() const noexcept { return size_; }
  int columns() const noexcept { return size_.columns; }
  int rows() const noexcept { return size_.rows; }
  /// Requires: 0 <= x < columns(), 0 <= y < rows().
  const Cell& at(int x, int y) const {
    return cells_[static_cast<std::size_t>(y) *
                      static_cast<std::size_t>(size_.columns) +
                  static_cast<std::size_t>(x)];
  }

  /// One character; outside of the grid nothing happens.  A wide one that
  /// does not fit wholly becomes a blank; one that cannot be shown, '?'.
  void put(int x, int y, char32_t glyph, Style style = {});
  /// UTF-8 (octets that are not count as one '?' each) on one line; what lies
  /// outside is cut.  Returns the column after the last.
  int write(int x, int y, std::string_view text, Style style = {});
  /// The same, but at most `width` columns and blanks up to them.
  int write_field(int x, int y, int width, std::string_view text,
                  Style style = {});
  /// The same, at the right end of the field.
  int write_right(int x, int y, int width, std::string_view text,
                  Style style = {});
  /// `count` times the same character.
  int repeat(int x, int y, int count, char32_t glyph, Style style = {});
  /// Shows the first `width` cells of the row as selected, whatever they mean.
  void select_row(int y, int width = kMost);

  /// The lines as UTF-8, without the blanks at their ends.
  std::string text() const;
  /// A letter a cell for its style, in the same layout: see style_letter().
  std::string styles() const;

 private:
  Cell* cell(int x, int y);
  void clear_halves(int x, int y);

  GridSize size_;
  std::vector<Cell> cells_;
};

/// Columns that UTF-8 text takes.
int text_columns(std::string_view text);

/// For tests: '.' text, 'f' faint, 'h' heading, 'k' key, 'g' good, 'w'
/// warning, 'a' alarm, 't' trend, '0' to '9' heat; upper case where selected,
/// '#' and '*' for selected text and heat.
char style_letter(Style style);

/// UTF-8 of one character.
void append_utf8(std::string& out, char32_t glyph);

}  // namespace netlat
