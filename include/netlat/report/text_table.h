#pragma once
// A table of text that fits its terminal.
//
// Widths come from the content.  When the whole is too wide, the columns that
// allow it are cut in the middle, longest first, so an address keeps both its
// network and its port; everything stays aligned.  The last column may be a
// remark, which is never cut: if not all remarks of the table fit beside their
// rows, each goes below its row.

#include <string>
#include <vector>

namespace netlat {

enum class Align : unsigned char { left, right };

struct TextColumn {
  std::string heading;
  Align align = Align::right;
  std::string group = {};    ///< heading over neighbours of the same group
  std::size_t shortest = 0;  ///< may be cut to this many characters; 0: never
  bool remark = false;       ///< last column only
};

struct TextCell {
  std::string text;
  bool stands_out = false;
};

/// Where text goes: its width in columns and whether colours may be used.
struct TextStyle {
  std::size_t width = 80;
  bool colour = false;
};

/// `text` in at most `width` characters, with ".." in place of its middle.
/// The end keeps more than the start: ports and file names stand there.
std::string cut_middle(const std::string& text, std::size_t width);

/// `text` on whole lines, each `indent` in, broken at spaces where it can.
std::string wrapped_text(std::string text, std::size_t indent,
                         std::size_t width);

/// Emphasis where the style has colours: headings, and what stands out.
std::string heading_text(const std::string& text, const TextStyle& style);
std::string alarm_text(const std::string& text, const TextStyle& style);

/// Cells must be printable ASCII (SafeText); a row has a cell a column.
class TextTable {
 public:
  explicit TextTable(std::vector<TextColumn> columns)
      : columns_(std::move(columns)) {}

  void add_row(bool marked, std::vector<TextCell> cells) {
    rows_.push_back({marked, std::move(cells)});
  }
  bool empty() const { return rows_.empty(); }

  /// Lines with newlines: the title with the group headings on one line if
  /// they fit beside each other, the column headings, the rows.  A marked row
  /// starts with "!".
  std::string render(const std::string& title, const TextStyle& style) const;

 private:
  struct Row {
    bool marked;
    std::vector<TextCell> cells;
  };
  struct Layout;

  Layout layout(std::size_t width) const;
  void shrink(std::size_t width, Layout& layout) const;
  std::string group_line(const std::string& title, const Layout& layout,
                         const TextStyle& style) const;
  std::string row_text(const Row& row, const Layout& layout,
                       const TextStyle& style) const;

  std::vector<TextColumn> columns_;
  std::vector<Row> rows_;
};

}  // namespace netlat
