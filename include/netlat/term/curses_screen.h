#pragma once
// The terminal, through ncurses: shows grids, reads keys, and leaves the
// terminal as it was, however the program ends.
//
// Only what differs from the grid before is given to ncurses, which sends what
// differs from the terminal.  Nothing is asked of the terminal, ever: answers
// that come late over a slow line would end up in the shell.  Not to be used
// from two threads.

#include <memory>
#include <optional>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/term/grid.h"
#include "netlat/term/keys.h"
#include "netlat/term/theme.h"

namespace netlat {

struct ScreenOptions {
  std::optional<ColourDepth> colours;  ///< nothing: what the terminal has
  Background background = Background::dark;
};

class CursesScreen {
 public:
  /// Takes over the terminal at standard output; keys come from standard
  /// input, or from the controlling terminal if that is no terminal.  The
  /// locale must have been set.  One at a time.  The error says what to do
  /// where the terminal is not known or not there.
  static Result<std::unique_ptr<CursesScreen>> open(
      const ScreenOptions& options);
  /// Gives the terminal back.
  ~CursesScreen();
  CursesScreen(const CursesScreen&) = delete;
  CursesScreen& operator=(const CursesScreen&) = delete;

  GridSize size() const;
  /// To poll for keys.
  int input() const;
  /// Whether the terminal has taken what it was sent; if not, a grid drawn
  /// now would wait for it.
  bool ready() const;
  /// Shows `grid`, from the upper left.
  void draw(const Grid& grid);
  /// The next draw() sends everything, in case the terminal lost something.
  void repaint();
  /// A key that waits, kResize included; nothing if none does.
  std::optional<KeyCode> read_key();
  /// Asks the terminal to put ASCII text on the clipboard (OSC 52), at most
  /// kMostCopied octets of it.
  void copy(std::string_view text);
  static constexpr std::size_t kMostCopied = 4096;

 private:
  struct State;
  explicit CursesScreen(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace netlat
