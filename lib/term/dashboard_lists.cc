// The lists of a Dashboard: order, selection, moving about.

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "netlat/term/dashboard.h"
#include "netlat/term/top_screen.h"

namespace netlat {

namespace {

// What is broken is never far down, whatever the order, and what something was
// promised for comes before what nobody asked about.
Standing concern(const TrafficRow& row) {
  switch (row.promise.standing) {
    case Standing::broken:
    case Standing::close:
    case Standing::none:
      return row.promise.standing;
    case Standing::insufficient:
    case Standing::kept:
      break;
  }
  return Standing::kept;
}

}  // namespace

void Dashboard::arrange(bool anew) {
  const bool due = !arranged_ || !shown_->at || *shown_->at < *arranged_ ||
                   *shown_->at - *arranged_ >= Model::kListHolds ||
                   shown_->state != arranged_in_;
  const bool rows_changed =
      ui_.rows.size() != overview_rows(*shown_, ui_).size();
  if (anew || (due && !ui_.held && !ui_.prompting) || rows_changed) {
    arranged_ = shown_->at;
    arranged_in_ = shown_->state;
    arrange_rows();
    arrange_flows();
  } else {
    refresh_flows();
    refresh_rows();
  }
  find_selection();
}

void Dashboard::arrange_rows() {
  const auto& rows = overview_rows(*shown_, ui_);
  ui_.rows.resize(rows.size());
  std::iota(ui_.rows.begin(), ui_.rows.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    const Standing p = concern(rows[a]), q = concern(rows[b]);
    if (p != q) return p > q;
    const double x = rank(rows[a], ui_.order), y = rank(rows[b], ui_.order);
    return ui_.descending ? x > y : x < y;
  };
  std::stable_sort(ui_.rows.begin(), ui_.rows.end(), before);
  row_order_.clear();
  for (const std::size_t i : ui_.rows) row_order_.push_back(rows[i].name);
}

// The same names in the same places, by their indices in the new snapshot.
void Dashboard::refresh_rows() {
  const auto& rows = overview_rows(*shown_, ui_);
  std::vector<std::size_t> places;
  for (const std::string& name : row_order_) {
    const auto found =
        std::find_if(rows.begin(), rows.end(),
                     [&](const TrafficRow& row) { return row.name == name; });
    if (found == rows.end()) return arrange_rows();
    places.push_back(static_cast<std::size_t>(found - rows.begin()));
  }
  ui_.rows = std::move(places);
}

void Dashboard::arrange_flows() {
  std::vector<std::pair<double, std::shared_ptr<const FlowRow>>> ranked;
  for (const auto& flow : *shown_->flows) {
    if (!where_.empty() && !matches(where_, *flow)) continue;
    ranked.emplace_back(rank(*flow, ui_.order), flow);
  }
  std::sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) {
      return ui_.descending ? a.first > b.first : a.first < b.first;
    }
    return a.second->id < b.second->id;
  });
  ui_.flows.clear();
  for (auto& [value, flow] : ranked) ui_.flows.push_back(std::move(flow));
}

// The connections on the screen, in the same places, as they were told of
// last; the others follow, and new ones come, at the next change of the order.
void Dashboard::refresh_flows() {
  std::unordered_map<std::uint64_t, std::size_t> places;
  for (const std::size_t i : flows_near()) places[ui_.flows[i]->id] = i;
  const auto put = [&](const std::shared_ptr<const FlowRow>& flow) {
    if (const auto at = places.find(flow->id); at != places.end()) {
      ui_.flows[at->second] = flow;
    }
  };
  if (shown_->listed) {
    for (const auto& flow : *shown_->flows) put(flow);
  } else {
    for (const auto& flow : shown_->fresh_flows) put(flow);
  }
}

// Places in the list that are on the screen, or next to it.
std::vector<std::size_t> Dashboard::flows_near() const {
  const ListState& list = ui_.lists[static_cast<std::size_t>(View::flows)];
  const auto page = static_cast<std::size_t>(page_) + 1;
  const std::size_t first = std::min(list.top, ui_.flows.size());
  const std::size_t end = std::min(list.top + 2 * page, ui_.flows.size());
  std::vector<std::size_t> near;
  // The overview shows the first ones.
  for (std::size_t i = 0; i < std::min(page, first); ++i) near.push_back(i);
  for (std::size_t i = first; i < end; ++i) near.push_back(i);
  return near;
}

// The selection is where its name is now, or else where it was.
void Dashboard::find_selection() {
  ListState& list = ui_.list();
  const std::size_t count = list_length(*shown_, ui_);
  if (count == 0) {
    list.index = list.top = 0;
    return;
  }
  // Whoever comes to the matrix first comes for what is wrong.
  if (list.selected.empty() && ui_.view == View::zones) {
    const auto worst = std::max_element(
        shown_->pairs.begin(), shown_->pairs.end(),
        [](const TrafficRow& a, const TrafficRow& b) {
          return std::pair(a.promise.standing, a.promise.used) <
                 std::pair(b.promise.standing, b.promise.used);
        });
    list.index = static_cast<std::size_t>(worst - shown_->pairs.begin());
    list.selected = worst->name;
  }
  list.index = std::min(list.index, count - 1);
  if (list_name(*shown_, ui_, list.index) != list.selected) {
    for (std::size_t i = 0; i < count; ++i) {
      if (list_name(*shown_, ui_, i) == list.selected) {
        list.index = i;
        return;
      }
    }
    list.selected = list_name(*shown_, ui_, list.index);
  }
}

void Dashboard::move_to(std::size_t index) {
  ListState& list = ui_.list();
  const std::size_t count = list_length(*shown_, ui_);
  if (count == 0) return;
  list.index = std::min(index, count - 1);
  list.selected = list_name(*shown_, ui_, list.index);
  // The window of rows follows by the least that shows the selection.
  const auto page = static_cast<std::size_t>(page_);
  if (list.index < list.top) list.top = list.index;
  if (list.index >= list.top + page) list.top = list.index - page + 1;
}

void Dashboard::move(std::ptrdiff_t rows) {
  if (ui_.help) {
    const auto top = static_cast<std::ptrdiff_t>(ui_.help_top) + rows;
    const auto last = static_cast<std::ptrdiff_t>(top_keys().size());
    ui_.help_top =
        static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(top, 0, last));
    return;
  }
  const auto at = static_cast<std::ptrdiff_t>(ui_.list().index) + rows;
  move_to(static_cast<std::size_t>(std::max<std::ptrdiff_t>(at, 0)));
}

void Dashboard::act_on_list(TopAction action) {
  switch (action) {
    case TopAction::up:
      return move(-1);
    case TopAction::down:
      return move(1);
    case TopAction::page_up:
      return move(-page_);
    case TopAction::page_down:
      return move(page_);
    case TopAction::first:
      return move_to(0);
    case TopAction::last:
      return move_to(list_length(*shown_, ui_));
    case TopAction::hold:
      ui_.held = !ui_.held;
      return;
    case TopAction::sort:
      ui_.order = static_cast<Order>((static_cast<std::size_t>(ui_.order) + 1) %
                                     kOrders);
      listed_.reset();
      return arrange(true);
    case TopAction::reverse:
      ui_.descending = !ui_.descending;
      listed_.reset();
      return arrange(true);
    case TopAction::metric:
      ui_.metric = static_cast<Metric>(
          (static_cast<std::size_t>(ui_.metric) + 1) % kMetrics);
      return;
    case TopAction::next_part:
      ++ui_.detail_part;
      return;
    case TopAction::services:
      ui_.by_service = !ui_.by_service;
      return arrange(true);
    case TopAction::acknowledge:
      return acknowledge();
    default:
      return;
  }
}

void Dashboard::open(TopRequest& request) {
  if (ui_.view == View::flows) {
    ui_.detail = !ui_.flows.empty();
    ui_.detail_part = 0;
    if (ui_.list().index < ui_.flows.size()) {
      request.trace = ui_.flows[ui_.list().index];
    }
    return;
  }
  const TrafficRow* row = nullptr;
  if (ui_.view == View::zones && ui_.list().index < shown_->pairs.size()) {
    row = &shown_->pairs[ui_.list().index];
  } else if (ui_.view == View::overview && ui_.list().index < ui_.rows.size()) {
    row = &overview_rows(*shown_, ui_)[ui_.rows[ui_.list().index]];
  }
  if (row == nullptr) return;
  const bool pair = ui_.view == View::zones || shows_pairs(*shown_, ui_);
  (void)filter(pair ? "zone:" + row->client_zone + ">" + row->server_zone
                    : "dst:" + row->name);
  (void)go_to("flows");
  move_to(0);
  request.refresh = true;
}

void Dashboard::back(TopRequest& request) {
  if (ui_.help) {
    ui_.help = false;
  } else if (ui_.detail) {
    ui_.detail = false;
  } else if (!ui_.filter.empty()) {
    (void)filter("");
  } else {
    (void)go_to("overview");
  }
  request.refresh = true;
}

}  // namespace netlat
