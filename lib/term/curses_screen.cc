#include "netlat/term/curses_screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "lib/term/base64.h"
#include "lib/term/restore_on_crash.h"

namespace netlat {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A lone Esc is taken for one after so long; an escape sequence arrives whole
// within it even over a slow line, where it travels in one packet.
constexpr int kEscapeMs = 40;

struct SpecialKey {
  int curses;
  KeyCode ours;
};
constexpr SpecialKey kSpecial[] = {
    {KEY_UP, key::kUp},         {KEY_DOWN, key::kDown},
    {KEY_LEFT, key::kLeft},     {KEY_RIGHT, key::kRight},
    {KEY_PPAGE, key::kPageUp},  {KEY_NPAGE, key::kPageDown},
    {KEY_HOME, key::kHome},     {KEY_END, key::kEnd},
    {KEY_BTAB, key::kBackTab},  {KEY_F(1), key::kF1},
    {KEY_RESIZE, key::kResize}, {KEY_BACKSPACE, key::kBackspace},
    {KEY_ENTER, key::kEnter},
};

// What gives the screen back, as terminfo says.
std::string leaving_octets() {
  std::string octets;
  for (const char* name : {"sgr0", "cnorm", "rmkx", "rmcup"}) {
    // tigetstr() takes no const and answers (char*)-1 for a wrong name.
    const char* const found = tigetstr(const_cast<char*>(name));
    if (found != nullptr && std::bit_cast<std::intptr_t>(found) != -1) {
      octets += found;
    }
  }
  return octets;
}

std::string terminal_name() {
  const char* const name = std::getenv("TERM");
  return name == nullptr ? "" : name;
}

}  // namespace

struct CursesScreen::State {
  File tty;  // keys, where standard input is none
  SCREEN* screen = nullptr;
  int input = STDIN_FILENO;
  Theme theme{ColourDepth::none, Background::dark};
  Grid shown;
  std::map<std::pair<int, int>, short> pairs;

  short pair_of(int foreground, int background);
  void put(int x, int y, const Cell& cell);
};

short CursesScreen::State::pair_of(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  const auto [at, fresh] = pairs.try_emplace(
      {foreground, background}, static_cast<short>(pairs.size() + 1));
  if (fresh) {
    (void)init_pair(at->second, static_cast<short>(foreground),
                    static_cast<short>(background));
  }
  return at->second;
}

void CursesScreen::State::put(int x, int y, const Cell& cell) {
  if (cell.width == 0) return;
  const Look look = theme.look(cell.style);
  attr_t attributes = A_NORMAL;
  if (look.bold) attributes |= A_BOLD;
  if (look.dim) attributes |= A_DIM;
  if (look.reverse) attributes |= A_REVERSE;
  const wchar_t text[2] = {static_cast<wchar_t>(cell.glyph), L'\0'};
  cchar_t complex{};
  (void)setcchar(&complex, text, attributes,
                 pair_of(look.foreground, look.background), nullptr);
  (void)mvadd_wch(y, x, &complex);
}

CursesScreen::CursesScreen(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

Result<std::unique_ptr<CursesScreen>> CursesScreen::open(
    const ScreenOptions& options) {
  auto state = std::make_unique<State>();
  std::FILE* in = stdin;
  if (isatty(STDIN_FILENO) != 1) {
    state->tty.reset(std::fopen("/dev/tty", "r+e"));
    if (!state->tty) {
      return Error{"no terminal to read keys from", ErrorKind::usage};
    }
    in = state->tty.get();
    state->input = fileno(in);
  }
  // newterm() and not initscr(), which ends the program if it fails.
  state->screen = newterm(nullptr, stdout, in);
  if (state->screen == nullptr) {
    return Error{fmt::format("TERM={} is not known here; install "
                             "ncurses-term, or set TERM=xterm",
                             terminal_name()),
                 ErrorKind::usage};
  }
  (void)cbreak();
  (void)noecho();
  (void)nonl();
  (void)keypad(stdscr, TRUE);
  (void)nodelay(stdscr, TRUE);
  (void)curs_set(0);
  (void)set_escdelay(kEscapeMs);
  int colours = 0;
  if (has_colors() && start_color() == OK && use_default_colors() == OK) {
    colours = COLORS;
  }
  const ColourDepth depth = options.colours.value_or(colour_depth_of(colours));
  state->theme =
      Theme(colours > 0 ? depth : ColourDepth::none, options.background);
  restore_on_crash(state->input, STDOUT_FILENO, leaving_octets());
  return std::unique_ptr<CursesScreen>(new CursesScreen(std::move(state)));
}

CursesScreen::~CursesScreen() {
  (void)endwin();
  delscreen(state_->screen);
  nothing_to_restore();
}

GridSize CursesScreen::size() const {
  return {getmaxx(stdscr), getmaxy(stdscr)};
}

int CursesScreen::input() const {
  return state_->input;
}

bool CursesScreen::ready() const {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

void CursesScreen::draw(const Grid& grid) {
  const bool fresh = !(state_->shown.size() == grid.size());
  if (fresh) (void)erase();
  for (int y = 0; y < grid.rows(); ++y) {
    for (int x = 0; x < grid.columns(); ++x) {
      const Cell& cell = grid.at(x, y);
      if (fresh || !(cell == state_->shown.at(x, y))) state_->put(x, y, cell);
    }
  }
  state_->shown = grid;
  (void)wnoutrefresh(stdscr);
  (void)doupdate();
}

void CursesScreen::repaint() {
  (void)clearok(stdscr, TRUE);
  state_->shown = Grid();
}

std::optional<KeyCode> CursesScreen::read_key() {
  wint_t code = 0;
  const int kind = get_wch(&code);
  if (kind == ERR) return std::nullopt;
  if (kind == KEY_CODE_YES) {
    for (const SpecialKey& special : kSpecial) {
      if (special.curses == static_cast<int>(code)) return special.ours;
    }
    return KeyCode{0};  // one that means nothing to us
  }
  if (code == '\n') return key::kEnter;
  if (code == '\b') return key::kBackspace;
  return static_cast<KeyCode>(code);
}

void CursesScreen::copy(std::string_view text) {
  const std::string order =
      "\x1b]52;c;" + base64(text.substr(0, kMostCopied)) + '\a';
  (void)std::fflush(stdout);
  [[maybe_unused]] const auto sent =
      write(STDOUT_FILENO, order.data(), order.size());
}

}  // namespace netlat
