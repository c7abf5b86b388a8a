#include "tools/common/text_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "tools/common/command_line.h"

namespace netlat {

void add_text_options(CLI::App& app, TypedText& typed) {
  app.add_option("--width", typed.width, "columns of text (the terminal's)")
      ->option_text("N");
  app.add_option("--color", typed.colour, "auto, always or never")
      ->option_text("WHEN");
}

Result<void> read_text_options(const TypedText& typed, TextOptions& into) {
  if (typed.width) {
    std::size_t width = 0;
    auto done = read_number("--width", typed.width, 80, 500, width);
    if (!done) return done;
    into.width = width;
  }
  if (typed.colour) {
    const auto when = parse_colour(*typed.colour);
    if (!when) return wrong("--color", *typed.colour, "auto, always or never");
    into.colour = *when;
  }
  return {};
}

TextStyle style_of(const TextOptions& options) {
  TextStyle style;
  style.width = options.width.value_or(terminal_width(STDOUT_FILENO));
  style.colour = colour_wanted(STDOUT_FILENO, options.colour);
  return style;
}

}  // namespace netlat
