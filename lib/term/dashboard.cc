#include "netlat/term/dashboard.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/term/steady.h"
#include "netlat/report/number_text.h"
#include "netlat/term/top_screen.h"

namespace netlat {

namespace {

constexpr std::string_view kViewNames[kViews] = {"overview", "flows",  "zones",
                                                 "paths",    "events", "heat"};

// The last character of UTF-8 text away.
void erase_last(std::string& text) {
  while (!text.empty() &&
         (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) {
    text.pop_back();
  }
  if (!text.empty()) text.pop_back();
}

}  // namespace

Dashboard::Dashboard()
    : shown_(std::make_shared<Snapshot>()), newest_(shown_) {}

SnapshotQuery Dashboard::query(GridSize size, SourceState state) const {
  SnapshotQuery q;
  q.at = at_;
  q.window = kWindows[ui_.window];
  q.services = ui_.by_service;
  q.trend_columns = static_cast<std::size_t>(std::clamp(size.columns, 1, 160));
  q.metric = ui_.metric;
  // What came last before the end no later list would have.
  if (state == newest_->state) q.listed = listed_;
  q.order = ui_.order;
  q.descending = ui_.descending;
  q.where = where_.empty() ? nullptr : &where_;
  for (const std::size_t i : flows_near()) {
    q.flow_ids.push_back(ui_.flows[i]->id);
  }
  if (ui_.view == View::heat) {
    q.heat_of = ui_.lists[static_cast<std::size_t>(View::overview)].selected;
    q.heat_step =
        ui_.window > 1 ? Series::kTrendStep : Nanos(std::chrono::seconds(1));
    q.heat_columns = 90;
  }
  return q;
}

void Dashboard::show(Snapshot snapshot) {
  for (EventRow& event : snapshot.events) {
    if (std::find(acknowledged_.begin(), acknowledged_.end(), event.number) !=
        acknowledged_.end()) {
      event.open = false;
    }
  }
  const std::string& selected =
      ui_.lists[static_cast<std::size_t>(View::overview)].selected;
  keep_steady(snapshot, *shown_, selected);
  if (snapshot.listed) {
    listed_ = snapshot.at;
  } else {
    snapshot.flows = newest_->flows;
    snapshot.all_flows = newest_->all_flows;
    snapshot.open_flows = newest_->open_flows;
  }
  newest_ = std::make_shared<const Snapshot>(std::move(snapshot));
  if (ui_.paused) return;
  shown_ = newest_;
  arrange(false);
}

bool Dashboard::go_to(std::string_view view) {
  const auto* const found =
      std::find(std::begin(kViewNames), std::end(kViewNames), view);
  if (found == std::end(kViewNames)) return false;
  ui_.view = static_cast<View>(found - std::begin(kViewNames));
  ui_.detail = false;
  find_selection();
  return true;
}

std::optional<WhereProblem> Dashboard::filter(const std::string& text) {
  WhereReading reading = read_where(text);
  where_ = std::move(reading.where);
  ui_.filter = text;
  listed_.reset();
  arrange_flows();
  find_selection();
  return reading.problem;
}

void Dashboard::type(KeyCode code) {
  if (code == key::kEscape || code == key::control('C')) {
    ui_.prompting = false;
    (void)filter(filter_before_);
    return;
  }
  if (code == key::kEnter) {
    const auto problem = filter(ui_.prompt);
    if (problem) {
      ui_.prompt_remark =
          fmt::format("column {}: {}", problem->column, problem->expected);
      return;
    }
    ui_.prompting = false;
    if (ui_.view != View::flows) (void)go_to("flows");
    return;
  }
  constexpr std::size_t kLongest = 500;
  if (code == key::kBackspace) {
    erase_last(ui_.prompt);
  } else if (code == key::control('U')) {
    ui_.prompt.clear();
  } else if (glyph_width(code) == 1 && ui_.prompt.size() < kLongest) {
    append_utf8(ui_.prompt, code);
  }
  const auto problem = filter(ui_.prompt);
  ui_.prompt_remark =
      problem && !problem->incomplete
          ? fmt::format("column {}: {}", problem->column, problem->expected)
          : "";
}

TopRequest Dashboard::press(KeyCode code) {
  TopRequest request;
  ui_.message.clear();
  if (ui_.prompting) {
    type(code);
    request.refresh = true;
    return request;
  }
  const bool detail = ui_.detail && ui_.view == View::flows;
  const unsigned context = detail ? kDetailContext : context_of(ui_.view);
  const auto action = find_action(top_keys(), code, context);
  if (action) act(static_cast<TopAction>(*action), request);
  return request;
}

bool Dashboard::act_on_view(TopAction action) {
  std::size_t view = static_cast<std::size_t>(ui_.view);
  if (action >= TopAction::view_1 && action <= TopAction::view_6) {
    view = static_cast<std::size_t>(action) -
           static_cast<std::size_t>(TopAction::view_1);
    ui_.help = false;
  } else if (action == TopAction::next_view) {
    view = (view + 1) % kViews;
  } else if (action == TopAction::previous_view) {
    view = (view + kViews - 1) % kViews;
  } else {
    return false;
  }
  (void)go_to(kViewNames[view]);
  return true;
}

void Dashboard::act(TopAction action, TopRequest& request) {
  if (act_on_view(action)) {
    request.refresh = true;
    return;
  }
  act_on_list(action);
  act_on_time(action, request);
  switch (action) {
    case TopAction::quit_with_report:
      request.leave_screen = true;
      [[fallthrough]];
    case TopAction::quit:
      request.quit = true;
      break;
    case TopAction::help:
      ui_.help = !ui_.help;
      ui_.help_top = 0;
      break;
    case TopAction::open:
      open(request);
      break;
    case TopAction::back:
      back(request);
      break;
    case TopAction::filter:
      ui_.prompting = true;
      filter_before_ = ui_.prompt = ui_.filter;
      ui_.prompt_remark.clear();
      break;
    case TopAction::path:
      if (ui_.list().index < ui_.flows.size()) {
        request.probe = ui_.flows[ui_.list().index];
        (void)go_to("paths");
      }
      break;
    case TopAction::services:
    case TopAction::metric:
      request.refresh = true;
      break;
    case TopAction::copy:
      request.copy = copied();
      break;
    case TopAction::save:
      request.save = true;
      break;
    case TopAction::repaint:
      request.repaint = true;
      break;
    default:
      break;
  }
}

void Dashboard::act_on_time(TopAction action, TopRequest& request) {
  const Nanos step = kWindows[ui_.window] / 6;
  switch (action) {
    case TopAction::pause:
      ui_.paused = !ui_.paused;
      if (!ui_.paused) shown_ = newest_;
      arrange(false);
      break;
    case TopAction::shorter_window:
      if (ui_.window > 0) --ui_.window;
      break;
    case TopAction::longer_window:
      ui_.window = std::min(ui_.window + 1, kWindows.size() - 1);
      break;
    case TopAction::older:
      if (!shown_->at) return;
      at_ = std::max(*shown_->at - step,
                     shown_->earliest.value_or(*shown_->at) + Nanos{1});
      break;
    case TopAction::newer:
      if (!at_) {
        if (!ui_.paused) request.ahead = step;
        return;
      }
      at_ = *at_ + step;
      if (newest_->at && !newest_->past && *at_ >= *newest_->at) at_.reset();
      break;
    case TopAction::live:
      at_.reset();
      ui_.paused = false;
      request.to_end = true;
      break;
    case TopAction::faster:
      request.speed = 2;
      return;
    case TopAction::slower:
      request.speed = 0.5;
      return;
    default:
      return;
  }
  request.refresh = true;
}

Grid Dashboard::draw(GridSize size, const Glyphs& glyphs) {
  constexpr int kAround = 6;
  page_ = std::max(size.rows - kAround, 1);
  return top_screen(*shown_, ui_, size, glyphs);
}

std::string Dashboard::copied() const {
  if (ui_.view == View::events && ui_.list().index < shown_->events.size()) {
    const EventRow& e = shown_->events[ui_.list().index];
    return fmt::format("{} {} {} {}", date_text(e.time), time_text(e.time),
                       e.where, e.what);
  }
  return ui_.list().selected;
}

void Dashboard::acknowledge() {
  if (ui_.list().index >= shown_->events.size()) return;
  acknowledged_.push_back(shown_->events[ui_.list().index].number);
  Snapshot next = *shown_;
  next.events[ui_.list().index].open = false;
  shown_ = std::make_shared<const Snapshot>(std::move(next));
}

}  // namespace netlat
