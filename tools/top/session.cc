#include "tools/top/session.h"

#include <fmt/format.h>

#include <poll.h>

#include <utility>

#include "netlat/base/safe_text.h"
#include "netlat/base/stop_signal.h"

namespace netlat {

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
  auto take = [this, replay](Record record) {
    if (replay) {
      player_.add(std::move(record));
    } else {
      model_.apply(std::move(record));
    }
  };
  feed_ = source.child ? std::make_unique<Feed>(std::move(*source.child), take)
                       : std::make_unique<Feed>(fd_, take);
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
    snapshot = model_.snapshot(dashboard_.query(size));
    shown_ = model_.latest();
    snapshot.state = state();
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
  return feed_->ended() ? feed_->failure() : std::nullopt;
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
  constexpr std::chrono::milliseconds kStep(100), kLong(1000);
  const bool playing = options_.source == TopSource::file &&
                       player_.is_ready() && !player_.at_end();
  return playing ? kStep : kLong;
}

void Session::trace(const FlowRow& flow) {
  if (options_.source == TopSource::file) {
    return packets_.read(flow, options_.files);
  }
  packets_.refuse(flow,
                  "Its packets are not told of; netlat top -r FILE shows them "
                  "over time.");
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
  path_ = std::make_unique<Feed>(std::move(*child), [this](Record record) {
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
