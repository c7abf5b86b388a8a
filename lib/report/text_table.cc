#include "netlat/report/text_table.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr std::size_t kGroupGap = 2;
constexpr std::size_t kColumnGap = 1;
constexpr std::size_t kMarkWidth = 1;
constexpr std::size_t kRemarkIndent = 7;

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::string space(width - std::min(width, text.size()), ' ');
  return align == Align::left ? text + space : space + text;
}

void strip_trailing_spaces(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string cut_middle(const std::string& text, std::size_t width) {
  if (text.size() <= width) return text;
  if (width <= 2) return text.substr(0, width);
  const std::size_t kept = width - 2;
  const std::size_t head = kept * 2 / 5;
  return text.substr(0, head) + ".." + text.substr(text.size() - kept + head);
}

std::string wrapped_text(std::string text, std::size_t indent,
                         std::size_t width) {
  const std::size_t room = std::max(width, indent + 1) - indent;
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > room) {
      end = text.rfind(' ', room);
      if (end == std::string::npos || end == 0) end = room;
    }
    out.append(indent, ' ').append(text, 0, end).append(1, '\n');
    const std::size_t next = text.find_first_not_of(' ', end);
    text.erase(0, next == std::string::npos ? text.size() : next);
  }
  return out;
}

std::string heading_text(const std::string& text, const TextStyle& style) {
  return style.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string alarm_text(const std::string& text, const TextStyle& style) {
  return style.colour ? "\x1b[31m" + text + "\x1b[0m" : text;
}

struct TextTable::Layout {
  std::vector<std::size_t> width;  // 0 for a remark on its own line
  std::vector<std::size_t> gap;    // before the column
  bool remark_below = false;

  std::size_t total() const {
    std::size_t sum = kMarkWidth;
    for (const std::size_t w : width) sum += w;
    for (const std::size_t g : gap) sum += g;
    return sum;
  }
  std::size_t end_of(std::size_t column) const {
    std::size_t at = kMarkWidth;
    for (std::size_t i = 0; i <= column; ++i) at += gap[i] + width[i];
    return at;
  }
};

// Takes a character at a time from the longest column that may be cut, until
// the whole is `width` wide or nothing more can go.
void TextTable::shrink(std::size_t width, Layout& l) const {
  while (l.total() > width) {
    std::size_t longest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const TextColumn& c = columns_[i];
      const bool can =
          c.shortest > 0 && l.width[i] > std::max(c.shortest, c.heading.size());
      if (can && (longest == columns_.size() || l.width[i] > l.width[longest]))
        longest = i;
    }
    if (longest == columns_.size()) return;
    --l.width[longest];
  }
}

TextTable::Layout TextTable::layout(std::size_t width) const {
  Layout l;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = columns_[i].heading.size();
    for (const Row& row : rows_) {
      widest = std::max(widest, row.cells[i].text.size());
    }
    l.width.push_back(widest);
    const bool apart = i > 0 && (columns_[i].group != columns_[i - 1].group ||
                                 columns_[i - 1].align == Align::left ||
                                 columns_[i].align == Align::left);
    l.gap.push_back(i == 0 ? 0 : apart ? kGroupGap : kColumnGap);
  }
  const Layout natural = l;
  shrink(width, l);
  if (l.total() <= width || columns_.empty() || !columns_.back().remark) {
    return l;
  }
  l = natural;
  l.remark_below = true;
  l.width.back() = 0;
  l.gap.back() = 0;
  shrink(width, l);
  return l;
}

// Group names end where their last column ends, as numbers do.
std::string TextTable::group_line(const std::string& title,
                                  const Layout& layout,
                                  const TextStyle& style) const {
  std::string names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string& group = columns_[i].group;
    const bool last =
        i + 1 == columns_.size() || columns_[i + 1].group != group;
    if (group.empty() || !last) continue;
    const std::size_t end = layout.end_of(i);
    std::size_t start = end > group.size() ? end - group.size() : 0;
    if (!names.empty()) start = std::max(start, names.size() + 1);
    names.resize(start, ' ');
    names += group;
  }
  const std::string shown = heading_text(title, style);
  if (names.empty()) return shown + '\n';
  const std::size_t first = names.find_first_not_of(' ');
  if (title.size() < first) return shown + names.substr(title.size()) + '\n';
  return shown + '\n' + names + '\n';
}

std::string TextTable::row_text(const Row& row, const Layout& layout,
                                const TextStyle& style) const {
  std::string line = row.marked ? alarm_text("!", style) : " ";
  const std::size_t shown = columns_.size() - (layout.remark_below ? 1 : 0);
  for (std::size_t i = 0; i < shown; ++i) {
    const TextCell& cell = row.cells[i];
    std::string text = padded(cut_middle(cell.text, layout.width[i]),
                              layout.width[i], columns_[i].align);
    if (cell.stands_out) text = alarm_text(text, style);
    line.append(layout.gap[i], ' ').append(text);
  }
  strip_trailing_spaces(line);
  line += '\n';
  if (layout.remark_below) {
    line += wrapped_text(row.cells.back().text, kRemarkIndent, style.width);
  }
  return line;
}

std::string TextTable::render(const std::string& title,
                              const TextStyle& style) const {
  const Layout l = layout(style.width);
  std::string out = group_line(title, l, style);
  Row headings{false, {}};
  for (const TextColumn& c : columns_) {
    headings.cells.push_back({c.remark && l.remark_below ? "" : c.heading});
  }
  out += row_text(headings, l, style);
  for (const Row& row : rows_) out += row_text(row, l, style);
  return out;
}

}  // namespace netlat
