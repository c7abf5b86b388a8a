#pragma once
// How text is laid out: --width and --color, the same in every tool.

#include <optional>
#include <string>

#include "netlat/base/result.h"
#include "netlat/report/terminal.h"
#include "netlat/report/text_table.h"

namespace CLI {
class App;
}

namespace netlat {

/// What was asked for; the terminal decides the rest.
struct TextOptions {
  std::optional<std::size_t> width;  ///< columns
  ColourWhen colour = ColourWhen::automatic;
};

/// The same as typed.
struct TypedText {
  std::optional<std::string> width, colour;
};

/// `typed` must outlive the parsing.
void add_text_options(CLI::App& app, TypedText& typed);
Result<void> read_text_options(const TypedText& typed, TextOptions& into);

/// For text on standard output.
TextStyle style_of(const TextOptions& options);

}  // namespace netlat
