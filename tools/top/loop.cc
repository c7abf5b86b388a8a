#include "tools/top/loop.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "netlat/base/stop_signal.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

using Clock = Session::Clock;
using std::chrono::milliseconds;

// Records of one interval come in a burst; drawn is what the whole of it says,
// and what history came before it.
constexpr milliseconds kSettle(60), kSettled(300);
// Whoever leans on a key gets a picture after so many at the latest.
constexpr int kMostKeys = 100;

class Loop {
 public:
  Loop(const TopOptions& options, Session& session, CursesScreen& screen,
       const Glyphs& glyphs)
      : session_(session),
        screen_(screen),
        glyphs_(glyphs),
        left_(options.report_on_exit) {}

  std::string run();

 private:
  void wait();
  /// False if the terminal is gone.
  bool take_keys();
  void serve(const TopRequest& request);
  void save();
  void draw();

  Session& session_;
  CursesScreen& screen_;
  const Glyphs& glyphs_;
  bool quit_ = false, left_, dirty_ = false, stale_ = false;
  bool keys_ = false;
  // When to draw what has come, and by when at the latest.
  std::optional<Clock::time_point> settled_, latest_;
};

void Loop::wait() {
  std::array<pollfd, 4> polls = {{{screen_.input(), POLLIN, 0},
                                  {session_.news(), POLLIN, 0},
                                  {session_.path_news(), POLLIN, 0},
                                  {session_.packet_news(), POLLIN, 0}}};
  milliseconds patience = session_.patience();
  if (settled_ || dirty_) patience = std::min(patience, kSettle);
  const int ready =
      poll(polls.data(), polls.size(), static_cast<int>(patience.count()));
  // A signal may have been one of the terminal's size: then a key waits.
  keys_ = ready < 0 || polls[0].revents != 0;
  if (ready > 0 && (polls[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
    quit_ = true;
    left_ = false;
  }
  const Clock::time_point now = Clock::now();
  if (session_.update(now)) {
    if (!latest_) latest_ = now + kSettled;
    settled_ = std::min(now + kSettle, *latest_);
  }
  if (auto said = session_.cut_result()) {
    session_.dashboard().say(std::move(*said));
    dirty_ = stale_ = true;
  }
  if (polls[2].revents != 0 || polls[3].revents != 0) stale_ = true;
}

bool Loop::take_keys() {
  int keys = 0;
  for (; keys < kMostKeys; ++keys) {
    const auto code = screen_.read_key();
    if (!code) break;
    dirty_ = true;
    if (*code == key::kResize) {
      stale_ = true;
      continue;
    }
    serve(session_.dashboard().press(*code));
    if (quit_) break;
  }
  return keys > 0;
}

void Loop::serve(const TopRequest& request) {
  if (request.quit) quit_ = true;
  if (request.leave_screen) left_ = true;
  if (request.repaint) screen_.repaint();
  if (request.refresh) stale_ = true;
  if (request.to_end) session_.to_the_end();
  if (request.speed != 1) {
    session_.change_speed(request.speed, Clock::now());
    stale_ = true;
  }
  if (request.ahead > Nanos{0}) session_.skip(request.ahead, Clock::now());
  if (request.trace) {
    session_.trace(*request.trace);
    stale_ = true;
  }
  if (request.probe) {
    session_.probe(*request.probe);
    stale_ = true;
  }
  if (request.copy) {
    screen_.copy(*request.copy);
    session_.dashboard().say("asked the terminal to copy: " + *request.copy);
  }
  if (request.save) save();
}

void Loop::save() {
  Dashboard& dashboard = session_.dashboard();
  const auto at = dashboard.shown().at;
  if (!at) return;
  std::string base = fmt::format("netlat-top-{}-{}", date_text(*at),
                                 time_text(*at).substr(0, 8));
  std::erase(base, ':');
  const std::string name = base + ".txt";
  std::ofstream file(name);
  // Wide and high enough for columns and rows that the window has no room for.
  constexpr GridSize kLarge{200, 60};
  file << dashboard.draw(kLarge, ascii_glyphs()).text();
  file.close();
  std::string said =
      file ? "written: " + name : name + ": " + std::strerror(errno);
  if (file) said += session_.save_records(*at, base + ".ndjson");
  const UiState& ui = dashboard.ui();
  const bool chosen =
      ui.view == View::flows && ui.list().index < ui.flows.size();
  // What is to come goes first: a narrow screen has no room for the rest.
  if (chosen) said = session_.cut(*ui.flows[ui.list().index]) + "; " + said;
  dashboard.say(std::move(said));
}

void Loop::draw() {
  const GridSize size = screen_.size();
  if (stale_) session_.refresh(size);
  stale_ = false;
  // A terminal that has not taken the last picture gets no other yet.
  if (!screen_.ready()) return;
  screen_.draw(session_.dashboard().draw(size, glyphs_));
  dirty_ = false;
}

std::string Loop::run() {
  int silent = 0;
  settled_ = Clock::now() + kSettle;
  while (!quit_ && !stop_asked()) {
    wait();
    if (quit_ || session_.emptiness()) break;
    if (keys_) {
      // Readable and yet no key, again and again: the terminal is at its end.
      constexpr int kEnough = 20;
      silent = take_keys() ? 0 : silent + 1;
      if (silent > kEnough) left_ = false;
      if (silent > kEnough) break;
    }
    if (settled_ && Clock::now() >= *settled_) {
      settled_.reset();
      latest_.reset();
      stale_ = dirty_ = true;
    }
    if (dirty_ || stale_) draw();
  }
  if (!left_) return {};
  return session_.dashboard().draw(screen_.size(), glyphs_).text();
}

}  // namespace

std::string run_loop(const TopOptions& options, Session& session,
                     CursesScreen& screen, const Glyphs& glyphs) {
  return Loop(options, session, screen, glyphs).run();
}

std::string one_screen(const TopOptions& options, Session& session,
                       const Glyphs& glyphs) {
  const GridSize size = options.size.value_or(GridSize{});
  const bool live = options.source == TopSource::interfaces ||
                    options.source == TopSource::attach;
  constexpr auto kEnough = std::chrono::seconds(4);
  const Clock::time_point end = Clock::now() + kEnough;
  while (!session.over() && !stop_asked()) {
    if (live && Clock::now() >= end) break;
    pollfd news{session.news(), POLLIN, 0};
    (void)poll(&news, 1, 100);
    (void)session.update(Clock::now());
    session.to_the_end();
  }
  session.refresh(size);
  return session.dashboard().draw(size, glyphs).text();
}

}  // namespace netlat
