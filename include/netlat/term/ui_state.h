#pragma once
// What a user of netlat top has chosen to look at.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/term/order.h"
#include "netlat/term/snapshot.h"

namespace netlat {

enum class View : std::uint8_t { overview, flows, zones, paths, events, heat };
inline constexpr std::size_t kViews = 6;

/// Bits of key contexts: one a view, and the detail of a connection.
constexpr unsigned context_of(View view) {
  return 1u << static_cast<unsigned>(view);
}
inline constexpr unsigned kDetailContext = 1u << kViews;

inline constexpr std::array<Nanos, 5> kWindows = {
    std::chrono::seconds(10), std::chrono::minutes(1), std::chrono::minutes(5),
    std::chrono::minutes(15), std::chrono::hours(1)};

/// Where a list stands.  The selection is a name, so that it stays on what it
/// was put on wherever that moves to.
struct ListState {
  std::string selected;
  std::size_t index = 0;  ///< where the selection was last
  std::size_t top = 0;    ///< first row on the screen
};

struct UiState {
  View view = View::overview;
  bool detail = false;          ///< the selected connection alone
  std::size_t detail_part = 0;  ///< which comes first
  bool help = false;
  std::size_t help_top = 0;  ///< first key shown
  bool paused = false;
  bool held = false;        ///< order does not change
  bool by_service = false;  ///< overview: services although zones are known
  bool descending = true;
  std::size_t window = 1;  ///< index of kWindows
  Metric metric = Metric::rtt;
  Order order = Order::p99;
  std::array<ListState, kViews> lists;

  std::string filter;         ///< as applied
  std::string prompt;         ///< as typed
  std::string prompt_remark;  ///< what is wrong with it
  bool prompting = false;
  std::string message;  ///< shown once, in place of the keys

  /// Connections that pass the filter, in order; rows of the overview in
  /// order, as indices.
  std::vector<std::shared_ptr<const FlowRow>> flows;
  std::vector<std::size_t> rows;

  ListState& list() { return lists[static_cast<std::size_t>(view)]; }
  const ListState& list() const {
    return lists[static_cast<std::size_t>(view)];
  }
};

/// The rows of the overview: pairs of zones where there are any.
inline bool shows_pairs(const Snapshot& s, const UiState& ui) {
  return s.has_zones && !ui.by_service;
}
inline const std::vector<TrafficRow>& overview_rows(const Snapshot& s,
                                                    const UiState& ui) {
  return shows_pairs(s, ui) ? s.pairs : s.services;
}

/// Names that selections are kept by.
std::string flow_name(const FlowRow& flow);
std::string event_name(const EventRow& event);

}  // namespace netlat
