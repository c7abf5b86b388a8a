#pragma once
// The keys of netlat top.

#include <span>

#include "netlat/term/keys.h"
#include "netlat/term/ui_state.h"

namespace netlat {

enum class TopAction : int {
  quit,
  quit_with_report,
  help,
  view_1,
  view_2,
  view_3,
  view_4,
  view_5,
  view_6,
  next_view,
  previous_view,
  open,
  back,
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  filter,
  sort,
  reverse,
  hold,
  pause,
  shorter_window,
  longer_window,
  older,
  newer,
  live,
  faster,
  slower,
  metric,
  next_part,
  services,
  path,
  copy,
  save,
  acknowledge,
  repaint
};

std::span<const KeyBinding> top_keys();

}  // namespace netlat
