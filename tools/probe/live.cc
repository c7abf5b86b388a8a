#include "tools/probe/live.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <clocale>
#include <utility>

namespace netlat {

namespace {

constexpr Nanos kRefresh = std::chrono::seconds(1);
// Keys of a paste, read in one go.
constexpr int kMostKeys = 100;
// Digits of a number.
constexpr std::size_t kMostTyped = 10;

template <class Clock>
Nanos now_of() {
  return std::chrono::duration_cast<Nanos>(Clock::now().time_since_epoch());
}

}  // namespace

LiveView::LiveView(std::unique_ptr<CursesScreen> screen, Prober& prober,
                   HostNames* names, std::size_t targets, Reporter reporter)
    : screen_(std::move(screen)),
      prober_(prober),
      names_(names),
      targets_(targets),
      reporter_(std::move(reporter)),
      ports_(ports_of(prober.plan(0))) {}

Result<std::unique_ptr<LiveView>> LiveView::open(Prober& prober,
                                                 HostNames* names,
                                                 std::size_t targets,
                                                 Reporter reporter) {
  (void)std::setlocale(LC_ALL, "");
  ScreenOptions options;
  options.background = background_of_environment();
  auto screen = CursesScreen::open(options);
  if (!screen) return std::move(screen.error());
  return std::unique_ptr<LiveView>(new LiveView(
      std::move(*screen), prober, names, targets, std::move(reporter)));
}

void LiveView::add_waits(std::vector<pollfd>& out) {
  out.push_back({screen_->input(), POLLIN, 0});
  if (names_ != nullptr) names_->add_waits(out);
}

void LiveView::serve() {
  if (names_ != nullptr) names_->serve();
  pollfd keys{screen_->input(), POLLIN, 0};
  if (poll(&keys, 1, 0) > 0 && (keys.revents & (POLLHUP | POLLERR)) != 0) {
    ended_ = true;
    return;
  }
  for (int i = 0; i < kMostKeys; ++i) {
    const auto code = screen_->read_key();
    if (!code) break;
    take(*code);
  }
  const Nanos now = now_of<std::chrono::steady_clock>();
  const bool due = refreshed_ == Nanos{0} || now - refreshed_ >= kRefresh;
  if ((!due && !changed_) || !screen_->ready()) return;
  if (due) {
    report_ = reporter_(target_);
    refreshed_ = now;
  }
  draw();
}

void LiveView::draw() {
  const HopSnapshot shot{report_, target_, targets_,
                         stamp_ns(now_of<std::chrono::system_clock>().count())};
  screen_->draw(hop_screen(shot, view_, screen_->size(), glyphs_of_locale()));
  changed_ = false;
}

void LiveView::show(HopPane pane) {
  view_.pane = pane;
  view_.scrolled = 0;
}

void LiveView::go(std::size_t target) {
  target_ = target % targets_;
  view_.scrolled = 0;
  refreshed_ = Nanos{0};
}

void LiveView::scroll(int by) {
  const auto most = static_cast<int>(
      std::max({report_.rows.size(), report_.path.lanes.size(),
                report_.path.events.size(), hop_keys().size()}));
  view_.scrolled = std::clamp(view_.scrolled + by, 0, std::max(most - 1, 0));
}

void LiveView::ask(LiveSetting setting) {
  asked_ = setting;
  view_.question = question_of(setting);
  view_.typed.clear();
}

void LiveView::take_typed(KeyCode code) {
  if (code == key::kBackspace) {
    if (!view_.typed.empty()) view_.typed.pop_back();
    return;
  }
  const bool digit = (code >= U'0' && code <= U'9') || code == U'.';
  if (digit && view_.typed.size() < kMostTyped) {
    view_.typed += static_cast<char>(code);
  }
  if (code != key::kEnter && code != U'\n' && code != key::kEscape) return;
  const LiveSetting setting = std::exchange(asked_, LiveSetting::none);
  view_.question.clear();
  if (code == key::kEscape || view_.typed.empty()) return;
  begin_anew(set_live(setting, view_.typed, prober_));
}

// To it, or from it back to ICMP.
void LiveView::switch_protocol(ProbeProtocol protocol) {
  const bool back = prober_.plan(0).protocol == protocol;
  begin_anew(
      set_protocol(back ? ProbeProtocol::icmp : protocol, ports_, prober_));
}

void LiveView::begin_anew(Result<void> changed) {
  if (!changed) view_.said = changed.error().message;
  view_.scrolled = 0;
  refreshed_ = Nanos{0};
}

// What is shown of hops, and how they are probed.
void LiveView::set(HopAction action) {
  switch (action) {
    case HopAction::names:
      view_.names = !view_.names;
      return;
    case HopAction::jitter:
      view_.jitter = !view_.jitter;
      return;
    case HopAction::labels:
      view_.labels = !view_.labels;
      return;
    case HopAction::origins:
      view_.origins = !view_.origins;
      return;
    case HopAction::ask_interval:
      return ask(LiveSetting::interval);
    case HopAction::ask_first_ttl:
      return ask(LiveSetting::first_ttl);
    case HopAction::ask_max_ttl:
      return ask(LiveSetting::max_ttl);
    case HopAction::ask_size:
      return ask(LiveSetting::size);
    case HopAction::udp:
      return switch_protocol(ProbeProtocol::udp);
    case HopAction::tcp:
      return switch_protocol(ProbeProtocol::tcp);
    default:
      return;
  }
}

void LiveView::take(KeyCode code) {
  changed_ = true;
  if (code == key::kResize) return;
  view_.said.clear();
  if (asked_ != LiveSetting::none && code != key::control('C')) {
    return take_typed(code);
  }
  const auto action = find_action(hop_keys(), code, 0);
  if (!action) return;
  switch (static_cast<HopAction>(*action)) {
    case HopAction::quit_and_report:
      wants_report_ = true;
      [[fallthrough]];
    case HopAction::quit:
      ended_ = true;
      return;
    case HopAction::help:
      return show(view_.pane == HopPane::help ? HopPane::hops : HopPane::help);
    case HopAction::back:
    case HopAction::pane_hops:
      return show(HopPane::hops);
    case HopAction::pane_strips:
      return show(HopPane::strips);
    case HopAction::pane_lanes:
      return show(HopPane::lanes);
    case HopAction::pane_events:
      return show(HopPane::events);
    case HopAction::next_pane: {
      const auto next = (static_cast<unsigned>(view_.pane) + 1) %
                        static_cast<unsigned>(HopPane::help);
      return show(static_cast<HopPane>(next));
    }
    case HopAction::pause:
      view_.paused = !view_.paused;
      return prober_.pause(view_.paused);
    case HopAction::resume:
      view_.paused = false;
      return prober_.pause(false);
    case HopAction::reset:
      prober_.reset();
      refreshed_ = Nanos{0};
      return;
    case HopAction::next_target:
      return go(target_ + 1);
    case HopAction::target_before:
      return go(target_ + targets_ - 1);
    case HopAction::down:
      return scroll(1);
    case HopAction::up:
      return scroll(-1);
    case HopAction::repaint:
      return screen_->repaint();
    default:
      return set(static_cast<HopAction>(*action));
  }
}

}  // namespace netlat
