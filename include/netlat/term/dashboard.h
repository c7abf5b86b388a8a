#pragma once
// What netlat top does with keys and with news: which snapshot is shown, in
// what order, and what the program is asked to do beyond drawing.
//
// Numbers that have hardly moved stay as they are shown, and rows change
// places only now and then: over a slow line motion is what costs, and nobody
// reads digits that change every second.  Both rules have no say in what is
// near its limit, what is selected, and what was just asked for.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "netlat/measure/where.h"
#include "netlat/term/glyphs.h"
#include "netlat/term/grid.h"
#include "netlat/term/keys.h"
#include "netlat/term/model.h"
#include "netlat/term/top_keys.h"
#include "netlat/term/ui_state.h"

namespace netlat {

/// What a key asks of the program.
struct TopRequest {
  bool quit = false;
  bool leave_screen = false;  ///< and print what was shown
  bool repaint = false;
  bool save = false;
  bool refresh = false;  ///< another snapshot is wanted: see query()
  bool to_end = false;   ///< of a replay
  double speed = 1;      ///< factor on the speed of a replay
  Nanos ahead{0};        ///< to go on by in a replay, at once
  std::optional<std::string> copy;
  /// A connection whose path is to be probed, or whose packets are wanted.
  std::shared_ptr<const FlowRow> probe, trace;
};

class Dashboard {
 public:
  Dashboard();

  /// What the next snapshot has to be of, while the source is in that state.
  SnapshotQuery query(GridSize size, SourceState state) const;
  /// A newer one; while paused it is kept for later.
  void show(Snapshot snapshot);
  TopRequest press(KeyCode code);
  Grid draw(GridSize size, const Glyphs& glyphs);
  /// A sentence for the foot of the screen, until the next key.
  void say(std::string message) { ui_.message = std::move(message); }
  /// Shows the view with the name, "overview" to "heat"; false if none has it.
  bool go_to(std::string_view view);
  /// Applies a filter; its problem otherwise.
  std::optional<WhereProblem> filter(const std::string& text);
  void window(std::size_t index) { ui_.window = index; }

  const UiState& ui() const { return ui_; }
  const Snapshot& shown() const { return *shown_; }

 private:
  void act(TopAction action, TopRequest& request);
  /// Whether it was one that chooses the view.
  bool act_on_view(TopAction action);
  void act_on_list(TopAction action);
  void act_on_time(TopAction action, TopRequest& request);
  void type(KeyCode code);
  void open(TopRequest& request);
  void back(TopRequest& request);
  void move_to(std::size_t index);
  void move(std::ptrdiff_t rows);
  void arrange(bool anew);
  void arrange_rows();
  void refresh_rows();
  void arrange_flows();
  void refresh_flows();
  std::vector<std::size_t> flows_near() const;
  void find_selection();
  std::string copied() const;
  void acknowledge();

  UiState ui_;
  Where where_;
  std::string filter_before_;
  std::shared_ptr<const Snapshot> shown_, newest_;
  std::optional<Stamp> at_;        // chosen
  std::optional<Stamp> arranged_;  // when the order was decided last, and
  SourceState arranged_in_ = SourceState::waiting;
  std::optional<Stamp> listed_;  // when connections were listed last
  std::vector<std::string> row_order_;
  std::vector<std::uint64_t> acknowledged_;
  int page_ = 10;  // rows of the screen
};

}  // namespace netlat
