#pragma once
// The one loop of netlat top: keys, news, time.

#include "netlat/term/curses_screen.h"
#include "tools/top/session.h"

namespace netlat {

/// Draws until the user or a signal ends it or the terminal is gone.  What is
/// to be left in the terminal is the result, empty if nothing.
std::string run_loop(const TopOptions& options, Session& session,
                     CursesScreen& screen, const Glyphs& glyphs);

/// One screen as text: when a file has been read, a stream has ended, or a
/// live source has told of a few seconds.
std::string one_screen(const TopOptions& options, Session& session,
                       const Glyphs& glyphs);

}  // namespace netlat
