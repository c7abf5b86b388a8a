#pragma once
// What the environment says about where output goes.

#include <cstddef>
#include <optional>
#include <string_view>

namespace netlat {

enum class ColourWhen : unsigned char { automatic, always, never };

/// "auto", "always" or "never".
std::optional<ColourWhen> parse_colour(std::string_view text);

/// Colours on `fd`: as asked for, else only on a terminal and only if none of
/// NO_COLOR, NETLAT_NO_COLOR (set, not empty) and TERM=dumb (or no TERM)
/// forbids them.
bool colour_wanted(int fd, ColourWhen when);

/// Columns of the terminal behind `fd`, else of COLUMNS, else 80; from 80 to
/// 500.
std::size_t terminal_width(int fd);

/// Opens /dev/null in place of a closed descriptor 0, 1 or 2, so that no file
/// opened later is taken for one of them.  To be called first thing in main.
void open_standard_descriptors();

}  // namespace netlat
