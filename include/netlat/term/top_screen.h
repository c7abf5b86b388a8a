#pragma once
// The whole screen of netlat top as a function of what is known and what was
// chosen: no clock, no terminal, no state.

#include "netlat/term/glyphs.h"
#include "netlat/term/grid.h"
#include "netlat/term/ui_state.h"

namespace netlat {

/// Any size from nothing up; what does not fit is left out in a fixed order.
Grid top_screen(const Snapshot& snapshot, const UiState& ui, GridSize size,
                const Glyphs& glyphs);

/// Rows that the list of the view in `ui` has, for moving in it.
std::size_t list_length(const Snapshot& snapshot, const UiState& ui);
/// The name of its row `index`, by which a selection is kept.
std::string list_name(const Snapshot& snapshot, const UiState& ui,
                      std::size_t index);

}  // namespace netlat
