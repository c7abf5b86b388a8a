#include "netlat/term/top_keys.h"

namespace netlat {

namespace {

constexpr int of(TopAction action) {
  return static_cast<int>(action);
}

constexpr unsigned kFlows = context_of(View::flows);
constexpr unsigned kOpens =
    context_of(View::overview) | kFlows | context_of(View::zones);

const std::vector<KeyBinding>& table() {
  using A = TopAction;
  static const std::vector<KeyBinding> keys = {
      {of(A::quit), {U'q', key::control('C')}, 0, "quit", "Quit"},
      {of(A::help),
       {U'?', U'h', key::kF1},
       0,
       "help",
       "Show the keys of this view, or hide them"},
      {of(A::open),
       {key::kEnter},
       kOpens,
       "open",
       "Open: a row's connections, a connection's detail"},
      {of(A::back),
       {key::kEscape, key::kLeft, key::kBackspace},
       0,
       "back",
       "Go back; in a list, take the filter away"},
      {of(A::filter),
       {U'/'},
       0,
       "filter",
       "Filter connections, in the language of analyze --where"},
      {of(A::sort),
       {U's'},
       kFlows | context_of(View::overview),
       "sort",
       "Sort by the next column"},
      {of(A::reverse),
       {U'S'},
       kFlows | context_of(View::overview),
       "",
       "Sort the other way round"},
      {of(A::pause),
       {U'p', U' '},
       0,
       "pause",
       "Pause: the picture stays while the measurement goes on"},
      {of(A::hold),
       {U'o'},
       kFlows | context_of(View::overview),
       "hold order",
       "Hold the order of rows while their numbers go on"},
      {of(A::path),
       {U'P'},
       kFlows | kDetailContext,
       "path",
       "Probe the path of this connection, on its own addresses and ports"},
      {of(A::metric),
       {U'm'},
       context_of(View::zones) | context_of(View::overview),
       "metric",
       "Show the next metric: round trip, service time, repeats"},
      {of(A::next_part),
       {U'm'},
       kDetailContext,
       "more",
       "Next part: times, over time, turns, histograms, counts"},
      {of(A::services),
       {U'z'},
       context_of(View::overview),
       "",
       "Switch between pairs of zones and services"},
      {of(A::acknowledge),
       {U'a'},
       context_of(View::events),
       "acknowledge",
       "Acknowledge the event: it no longer counts as open"},
      {of(A::shorter_window), {U'['}, 0, "", "Shorter window, down to 10 s"},
      {of(A::longer_window), {U']'}, 0, "window", "Longer window, up to 1 h"},
      {of(A::older),
       {U'T'},
       0,
       "older",
       "Step back in time, a sixth of the window"},
      {of(A::newer),
       {U't'},
       0,
       "newer",
       "Step forward in time; a replay goes on from there"},
      {of(A::live), {U'b'}, 0, "", "Back to now, or to the end of a file"},
      {of(A::faster), {U'+'}, 0, "", "Replay twice as fast"},
      {of(A::slower), {U'-'}, 0, "", "Replay half as fast"},
      {of(A::copy),
       {U'c'},
       0,
       "copy",
       "Copy the selected row to the clipboard (OSC 52)"},
      {of(A::save),
       {U'w'},
       0,
       "save",
       "Save: the screen as .txt, the last minute's records as .ndjson, "
       "a connection as .pcapng"},
      {of(A::quit_with_report),
       {U'Q'},
       0,
       "quit+print",
       "Quit and leave this screen in the terminal"},
      {of(A::up), {U'k', key::kUp}, 0, "", "One row up"},
      {of(A::down), {U'j', key::kDown}, 0, "", "One row down"},
      {of(A::page_up), {key::kPageUp, key::control('B')}, 0, "", "One page up"},
      {of(A::page_down),
       {key::kPageDown, key::control('F')},
       0,
       "",
       "One page down"},
      {of(A::first), {U'g', key::kHome}, 0, "", "To the first row"},
      {of(A::last), {U'G', key::kEnd}, 0, "", "To the last row"},
      {of(A::view_1), {U'1'}, 0, "", "Overview"},
      {of(A::view_2), {U'2'}, 0, "", "Connections"},
      {of(A::view_3), {U'3'}, 0, "", "Matrix of zones"},
      {of(A::view_4), {U'4'}, 0, "", "Path of a connection"},
      {of(A::view_5), {U'5'}, 0, "", "Events"},
      {of(A::view_6), {U'6'}, 0, "", "Latency over time"},
      {of(A::next_view), {key::kTab}, 0, "", "Next view"},
      {of(A::previous_view), {key::kBackTab}, 0, "", "Previous view"},
      {of(A::repaint), {key::control('L')}, 0, "", "Paint the screen anew"},
  };
  return keys;
}

}  // namespace

std::span<const KeyBinding> top_keys() {
  return table();
}

}  // namespace netlat
