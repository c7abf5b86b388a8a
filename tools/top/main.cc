// netlat top: where the latency is now.

#include <malloc.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>

#include "netlat/base/privilege.h"
#include "netlat/base/stop_signal.h"
#include "netlat/term/curses_screen.h"
#include "tools/common/command_line.h"
#include "tools/top/loop.h"

namespace netlat {
namespace {

constexpr const char* kTool = "netlat top";

bool can_draw() {
  const char* const term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && term != nullptr &&
         std::string_view(term) != "dumb" && *term != '\0';
}

// Whatever happens behind this may be the fault of what strangers sent: it is
// drawn without the rights that the capture was started with.
Result<void> become_nobody() {
  if (geteuid() != 0) return {};
  return drop_privileges(Keep::nothing);
}

int print(const std::string& text) {
  Output out(STDOUT_FILENO);
  out.append(text);
  return finish(kTool, out, kExitDone);
}

int print_once(const TopOptions& options, Session& session,
               const Glyphs& glyphs) {
  const std::string text = one_screen(options, session, glyphs);
  if (const auto nothing = session.emptiness()) return fail(kTool, *nothing);
  const int status = print(text);
  if (!options.once) {
    complain(kTool,
             "this terminal cannot be drawn on, hence one screen. To watch: a "
             "terminal with TERM set, or netlat capture");
  }
  if (const auto failure = session.failure()) return fail(kTool, *failure);
  return status;
}

int draw(const TopOptions& options, Session& session, const Glyphs& glyphs) {
  // What cannot be opened is told of at once: nobody wants a screen for that.
  session.wait_for_start(std::chrono::milliseconds(400));
  if (const auto nothing = session.emptiness()) return fail(kTool, *nothing);
  auto screen = CursesScreen::open({options.colours, options.background});
  if (!screen) return fail(kTool, screen.error());
  const std::string left = run_loop(options, session, **screen, glyphs);
  screen->reset();
  if (const auto nothing = session.emptiness()) return fail(kTool, *nothing);
  if (!left.empty()) return print(left);
  if (const auto failure = session.failure()) return fail(kTool, *failure);
  return kExitDone;
}

int run(int argc, char** argv) {
  // One thread frees what the other has allocated: with a heap each, much of
  // both stands empty.
  (void)mallopt(M_ARENA_MAX, 1);
  (void)std::setlocale(LC_ALL, "");
  // Numbers look the same everywhere.
  (void)std::setlocale(LC_NUMERIC, "C");
  auto parsed = parse_top_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const TopOptions& options = std::get<TopOptions>(parsed);
  const Glyphs& glyphs = !options.utf8   ? glyphs_of_locale()
                         : *options.utf8 ? utf8_glyphs()
                                         : ascii_glyphs();
  auto source = open_source(options);
  if (!source) return fail(kTool, source.error());
  if (auto dropped = become_nobody(); !dropped) {
    return fail(kTool, dropped.error());
  }
  catch_signals();
  Session session(options, std::move(*source));
  if (options.once || !can_draw()) return print_once(options, session, glyphs);
  return draw(options, session, glyphs);
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
