#pragma once
// The live view of a path: what hop_screen() draws from a report and what the
// user has chosen, without terminal, clock or probes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "netlat/report/hop_report.h"
#include "netlat/term/glyphs.h"
#include "netlat/term/grid.h"
#include "netlat/term/keys.h"

namespace netlat {

enum class HopPane : std::uint8_t { hops, strips, lanes, events, help };

/// What keys can mean in the live view.
enum class HopAction : int {
  quit,
  quit_and_report,
  help,
  back,
  next_pane,
  pane_hops,
  pane_strips,
  pane_lanes,
  pane_events,
  pause,
  resume,
  reset,
  names,
  jitter,
  labels,
  origins,
  ask_interval,
  ask_first_ttl,
  ask_max_ttl,
  ask_size,
  udp,
  tcp,
  next_target,
  target_before,
  down,
  up,
  repaint,
};

/// Those of mtr where mtr has one.
std::span<const KeyBinding> hop_keys();

/// What the user has chosen.
struct HopView {
  HopPane pane = HopPane::hops;
  bool paused = false;
  bool names = true, jitter = false, labels = false, origins = true;
  /// What the user is asked, if anything, and what was typed so far.
  std::string question = {}, typed = {};
  /// What came of it, until the next key; ours.
  std::string said = {};
  int scrolled = 0;  ///< rows of the pane above its first one shown
};

/// What is shown: borrowed for the call.
struct HopSnapshot {
  const HopReport& report;
  std::size_t target = 0, targets = 1;  ///< which of how many
  Stamp now;
};

Grid hop_screen(const HopSnapshot& shot, const HopView& view, GridSize size,
                const Glyphs& glyphs);

}  // namespace netlat
