#pragma once
// The one table of what keys do: the screen's help, the line at its foot, the
// man page and the loop that reads keys all go by it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// A key press: a character, or one of these, which are no characters.
using KeyCode = char32_t;
namespace key {
inline constexpr KeyCode kTab = U'\t', kEnter = U'\r', kEscape = 0x1b;
inline constexpr KeyCode kBackspace = 0x7f;
inline constexpr KeyCode kUp = 0x110000, kDown = 0x110001, kLeft = 0x110002,
                         kRight = 0x110003, kPageUp = 0x110004,
                         kPageDown = 0x110005, kHome = 0x110006,
                         kEnd = 0x110007, kBackTab = 0x110008, kF1 = 0x110009;
/// Not a key: the terminal has another size by now.
inline constexpr KeyCode kResize = 0x11000a;
/// Ctrl-C, Ctrl-L and the like.
constexpr KeyCode control(char letter) {
  return static_cast<KeyCode>(letter & 0x1f);
}
}  // namespace key

/// "q", "Up", "Ctrl-L".
std::string key_name(KeyCode code);

/// One line of a table.  `action` is the program's own enumerator, `contexts`
/// a set of bits for the views in which the key means that; 0: all.
struct KeyBinding {
  int action = 0;
  std::vector<KeyCode> codes;
  unsigned contexts = 0;
  std::string_view short_name;  ///< for the foot of the screen; may be empty
  std::string_view help;        ///< one line for help and man page
};

/// What a key means in the view `context`, a single bit.
std::optional<int> find_action(std::span<const KeyBinding> table, KeyCode code,
                               unsigned context);

/// Keys that two lines claim in the same view, as sentences; none if the
/// table is sound.
std::vector<std::string> duplicate_keys(std::span<const KeyBinding> table);

/// "j, Down" of a line of the table.
std::string key_names(const KeyBinding& binding);

/// The lines that hold in a view, in order, for a help screen.
std::vector<const KeyBinding*> keys_of(std::span<const KeyBinding> table,
                                       unsigned context);

/// An mdoc(7) list of the table.
std::string keys_mdoc(std::span<const KeyBinding> table);

}  // namespace netlat
