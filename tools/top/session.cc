#include "tools/top/session.h"

#include <fmt/format.h>

#include <poll.h>

#include <algorithm>
#include <utility>

#include "netlat/base/safe_text.h"
#include "netlat/base/stop_signal.h"
#include "netlat/publish/feed_client.h"
#include "netlat/report/number_text.h"
#include "tools/top/slice.h"

namespace netlat {

namespace {

std::string said_of(const Slice& slice, const std::string& name) {
  std::string said = slice.packets == 0
                         ? "no packet of it was found: nothing is written"
                         : fmt::format("{} packets written: {}",
                                       count_text(slice.packets), name);
  for (const std::string& problem : slice.problems) said += "; " + problem;
  return said;
}

}  // namespace

Session::Session(const TopOptions& options, RecordSource source)
    : options_(options),
      name_(SafeText(source.name).str()),
      model_(options.objectives),
      fd_(source.fd) {
  dashboard_.window(options.window);
  (void)dashboard_.go_to(options.view);
  (void)dashboard_.filter(options.where);
  player_.set_speed(options.speed, Clock::now());
  const bool replay = options.source == TopSource::file;
  auto take = [this, replay](Record record, std::string_view line) {
    if (const auto* problem = std::get_if<ProblemRecord>(&record)) {
      problem_ = problem->message;
    }
    if (auto* note = std::get_if<RecordingNote>(&record)) answer_ = *note;
    if (replay) {
      player_.add(std::move(record));
    } else {
      recent_.add(line, record);
      model_.apply(std::move(record));
    }
  };
  feed_ = source.child ? std::make_unique<Feed>(std::move(*source.child), take)
                       : std::make_unique<Feed>(fd_, take);
}

Session::~Session() {
  leaving_ = true;
}

bool Session::update(Clock::time_point now) {
  feed_->take_news();
  if (path_) path_->take_news();
  const bool replay = options_.source == TopSource::file;
  const auto held = feed_->lock();
  if (replay && feed_->ended() && !player_.is_ready()) player_.ready();
  const bool ended = replay ? player_.at_end() : feed_->ended();
  const bool ends = ended && !ended_;
  ended_ = ended;
  if (ends && !problem_.empty()) dashboard_.say(problem_);
  if (replay) return player_.play(now, model_) || ends;
  return model_.latest() != shown_ || ends;
}

SourceState Session::state() const {
  const bool ended = feed_->ended();
  if (options_.source == TopSource::file) {
    if (!player_.is_ready()) return SourceState::waiting;
    return player_.at_end() ? SourceState::ended : SourceState::replay;
  }
  if (!ended) return model_.latest() ? SourceState::live : SourceState::waiting;
  return options_.source == TopSource::standard_input ? SourceState::ended
                                                      : SourceState::failed;
}

void Session::refresh(GridSize size) {
  const std::optional<Error> failure = this->failure();
  Snapshot snapshot;
  {
    const auto held = feed_->lock();
    const SourceState state = this->state();
    SnapshotQuery query = dashboard_.query(size, state);
    // A short file would fill a few columns of ten seconds only.
    constexpr Nanos kShort = std::chrono::seconds(90);
    if (player_.is_ready() && player_.length() <= kShort) {
      query.trend_step = std::chrono::seconds(1);
    }
    snapshot = model_.snapshot(query);
    shown_ = model_.latest();
    snapshot.state = state;
    snapshot.speed = player_.speed();
  }
  snapshot.source = name_;
  if (failure) {
    snapshot.remark = failure->message;
    if (!snapshot.at) snapshot.state = SourceState::failed;
  }
  packets_.show(snapshot);
  add_path(snapshot);
  dashboard_.show(std::move(snapshot));
}

std::optional<Error> Session::failure() {
  if (!feed_->ended()) return std::nullopt;
  auto failure = feed_->failure();
  const auto held = feed_->lock();
  // What the records say of it is more than the status that they end with.
  if (failure && !problem_.empty()) failure->message = problem_;
  return failure;
}

std::optional<Error> Session::emptiness() {
  if (!feed_->ended()) return std::nullopt;
  {
    const auto held = feed_->lock();
    if (!model_.empty() || !player_.empty()) return std::nullopt;
  }
  if (auto why = feed_->failure()) return why;
  return Error{
      fmt::format("{}: {}", name_,
                  options_.source == TopSource::file
                      ? "there is no TCP in it; netlat analyze tells what is"
                      : "no record came; netlat capture --json writes them")};
}

void Session::wait_for_start(std::chrono::milliseconds longest) {
  const Clock::time_point end = Clock::now() + longest;
  while (Clock::now() < end && !feed_->ended() && !stop_asked()) {
    pollfd news{feed_->news(), POLLIN, 0};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    (void)poll(&news, 1, static_cast<int>(left.count()));
    feed_->take_news();
    const auto held = feed_->lock();
    if (!model_.empty()) break;
  }
}

bool Session::over() const {
  const bool replay = options_.source == TopSource::file;
  return replay ? player_.at_end() : feed_->ended();
}

void Session::to_the_end() {
  const auto held = feed_->lock();
  if (player_.is_ready()) player_.play_all(model_);
}

void Session::change_speed(double factor, Clock::time_point now) {
  if (options_.source != TopSource::file) return;
  player_.set_speed(player_.speed() * factor, now);
}

std::chrono::milliseconds Session::patience() const {
  // While a file is read for its packets: soon enough for who waits.
  if (busy()) return std::chrono::milliseconds(100);
  constexpr std::chrono::milliseconds kStep(100), kLong(1000);
  const bool playing = options_.source == TopSource::file &&
                       player_.is_ready() && !player_.at_end();
  return playing ? kStep : kLong;
}

void Session::skip(Nanos step, Clock::time_point now) {
  if (options_.source == TopSource::file) player_.skip(step, now);
}

std::string Session::save_records(Stamp shown, const std::string& name) {
  // A file has them all: netlat analyze --interval 1 writes them.
  if (options_.source == TopSource::file) return {};
  const auto held = feed_->lock();
  const auto first = recent_.first(), last = recent_.last();
  if (!first || shown <= *first) {
    return "; its records are no longer held, those of the last minute are";
  }
  if (auto done = recent_.write(name); !done) {
    return "; " + done.error().message;
  }
  return fmt::format(", {}: records from {} to {}", name,
                     time_text(*first).substr(0, 8),
                     time_text(*last).substr(0, 8));
}

void Session::trace(const FlowRow& flow) {
  if (options_.source == TopSource::file) {
    return packets_.read(flow, options_.files);
  }
  const char* why =
      "Its packets are not told of; netlat top -r FILE shows them over time.";
  if (options_.source == TopSource::attach) {
    why =
        "w has the capture write what its recorder holds, and shows its last "
        "packets over time.";
  } else if (!options_.recorder.empty()) {
    why = "w writes its last packets down and shows them over time.";
  }
  packets_.refuse(flow, why);
}

std::string Session::cut(const FlowRow& flow) {
  if (busy()) return "the last request is not done yet";
  switch (options_.source) {
    case TopSource::file:
      break;
    case TopSource::interfaces:
      if (!options_.recorder.empty()) return begin_recording(flow);
      return "for packets: netlat top -i ... --recorder DIRECTORY";
    case TopSource::attach:
      return ask_capture(flow);
    case TopSource::standard_input:
      return "for packets: netlat capture --recorder, kill -USR2";
  }
  FlowRow wanted = flow;
  const Snapshot& shown = dashboard_.shown();
  if (shown.past && shown.at) {
    wanted.start_time = std::max(flow.start_time, *shown.at - shown.window);
    wanted.end_time = std::min(flow.end_time, *shown.at);
  }
  begin_cut(wanted, options_.files);
  return "reading the file for its packets ...";
}

std::string Session::begin_recording(const FlowRow& flow) {
  recording_.emplace(options_.recorder, Clock::now());
  if (auto asked = feed_->record(); !asked) {
    recording_.reset();
    return asked.error().message;
  }
  cut_later(flow);
  return "its packets follow in some seconds ...";
}

std::string Session::ask_capture(const FlowRow& flow) {
  if (auto asked = ask_recording(fd_); !asked) return asked.error().message;
  const auto now = std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  asked_ = Asked{Stamp(now), Clock::now()};
  cut_later(flow);
  return "the capture was asked for a recording, which takes some seconds ...";
}

// It goes on, and was told of some seconds ago.
void Session::cut_later(const FlowRow& flow) {
  cut_flow_ = flow;
  cut_flow_.end_time = Stamp::max();
}

// What was recorded before it was asked is an answer to somebody else.
std::optional<std::string> Session::take_answer(Clock::time_point now) {
  constexpr auto kLongest = std::chrono::seconds(20);
  const auto held = feed_->lock();
  if (answer_ && answer_->time >= asked_->time) {
    asked_.reset();
    if (answer_->file.empty()) return answer_->problem;
    begin_cut(FlowRow(cut_flow_), {answer_->file});
    return "the capture wrote " + answer_->file;
  }
  if (!feed_->ended() && now - asked_->since < kLongest) return std::nullopt;
  asked_.reset();
  return "the capture has not answered";
}

std::optional<std::string> Session::take_recording(Clock::time_point now) {
  const auto file = recording_->take(now);
  if (!file) return std::nullopt;
  recording_.reset();
  if (!*file) return file->error().message;
  begin_cut(FlowRow(cut_flow_), {**file});
  return std::nullopt;
}

void Session::begin_cut(const FlowRow& flow, std::vector<std::string> files) {
  std::string name =
      fmt::format("netlat-top-{}-{}.pcapng", date_text(flow.start_time),
                  time_text(flow.start_time).substr(0, 8));
  std::erase(name, ':');
  cut_flow_ = flow;
  cut_ = std::async(
      std::launch::async, [this, flow, name, files = std::move(files)] {
        const auto slice = write_slice(files, flow, flow.start_time,
                                       flow.end_time, name, leaving_);
        if (!slice) return CutDone{slice.error().message, {}};
        return CutDone{said_of(*slice, name), slice->packets > 0 ? name : ""};
      });
}

// Its detail is open, and nothing else tells of its packets.
bool Session::tracing(const FlowRow& flow) const {
  const UiState& ui = dashboard_.ui();
  return options_.source != TopSource::file && ui.detail &&
         ui.view == View::flows && ui.list().selected == flow_name(flow);
}

std::optional<std::string> Session::cut_result() {
  if (recording_) return take_recording(Clock::now());
  if (asked_) return take_answer(Clock::now());
  constexpr std::chrono::seconds kNow(0);
  if (!cut_.valid() || cut_.wait_for(kNow) != std::future_status::ready) {
    return std::nullopt;
  }
  const CutDone done = cut_.get();
  if (!done.file.empty() && tracing(cut_flow_)) {
    packets_.read_slice(cut_flow_, done.file);
  }
  return done.said;
}

void Session::probe(const FlowRow& flow) {
  const std::string name = flow_name(flow);
  path_.reset();
  hops_.clear();
  path_name_ = name;
  path_text_ = "probing " + name + ", a few seconds ...";
  std::vector<std::string> words = {"--json", "-q", "-c", "20", "--flow", name};
  add_zones(words, options_.zones);
  auto child = Child::start("probe", words);
  if (!child) {
    path_text_ = child.error().message;
    return;
  }
  path_ = std::make_unique<Feed>(
      std::move(*child), [this](Record record, std::string_view) {
        if (auto* hop = std::get_if<HopLine>(&record)) {
          hops_.push_back(std::move(*hop));
        }
      });
}

void Session::add_path(Snapshot& snapshot) {
  if (!path_) {
    snapshot.path = path_text_;
    return;
  }
  const bool ended = path_->ended();
  const std::optional<Error> failure = ended ? path_->failure() : std::nullopt;
  const auto held = path_->lock();
  snapshot.hops = hops_;
  snapshot.path = failure ? failure->message
                  : ended ? path_name_ + ", 20 rounds on its own ports"
                          : path_text_;
}

}  // namespace netlat
