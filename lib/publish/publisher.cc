#include "netlat/publish/publisher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "lib/publish/own_files.h"

namespace netlat {

Publisher::Publisher(PublishPlan plan, int frames, int answers)
    : plan_(std::move(plan)),
      frames_(frames),
      receiver_(frames),
      answers_(answers),
      actions_(plan_.alerts) {}

void Publisher::run() {
  if (plan_.started) plan_.started();
  constexpr int kTendMilliseconds = 200;
  std::vector<pollfd> polls;
  bool open = true;
  while (open && !farewell_) {
    polls.assign(1, {frames_, POLLIN, 0});
    if (plan_.feed) plan_.feed->add_polls(log_, polls);
    (void)poll(polls.data(), polls.size(), kTendMilliseconds);
    if (polls[0].revents != 0) {
      open = receiver_.fill();
      while (const auto frame = receiver_.next()) take(*frame);
    }
    if (plan_.feed) plan_.feed->serve(log_);
    relay_request();
    actions_.tend();
    answers_.flush();
    tell_news();
  }
  close();
}

void Publisher::take(const Frame& frame) {
  switch (frame.kind) {
    case FrameKind::record:
      if (plan_.feed) log_.append(frame.content);
      if (plan_.files) plan_.files->append(frame.content);
      break;
    case FrameKind::hello:
      if (plan_.feed) plan_.feed->set_hello(std::string(frame.content));
      break;
    case FrameKind::alert:
      take_alert(frame.content);
      break;
    case FrameKind::tick:
      tick();
      if (plan_.page) plan_.page(frame);
      break;
    case FrameKind::file_begin:
    case FrameKind::file_octets:
    case FrameKind::file_end:
      take_file(frame);
      break;
    case FrameKind::reload:
      if (plan_.reload) plan_.reload(answers_);
      break;
    case FrameKind::farewell:
      farewell_ = true;
      break;
    default:
      if (plan_.page) plan_.page(frame);
  }
}

void Publisher::take_alert(std::string_view content) {
  const std::size_t end = content.find('\n');
  if (end == content.npos) return;
  const std::string_view record = content.substr(end + 1);
  take({FrameKind::record, record});
  actions_.tell(content.substr(0, end), record);
}

// As flight recorders name what they write.
void Publisher::make_room(std::size_t more) const {
  const int directory =
      open(plan_.recordings.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  keep_quota(directory, {"flight-", ".pcapng"}, recording_->unfinished_name(),
             plan_.recordings_quota, more);
  ::close(directory);
}

// Nothing may have passed since the last recording's moment: then the next has
// the same.
std::string Publisher::free_name(const std::string& wanted) const {
  const std::size_t end = std::min(wanted.rfind('.'), wanted.size());
  std::string name = wanted;
  for (int n = 2; access((plan_.recordings + '/' + name).c_str(), F_OK) == 0;
       ++n) {
    name = fmt::format("{}-{}{}", wanted.substr(0, end), n, wanted.substr(end));
  }
  return name;
}

void Publisher::take_file(const Frame& frame) {
  const auto failed = [&](const Error& error) {
    plan_.say("flight recorder: " + error.message);
    take({FrameKind::record, recording_line(json_, {{}, error.message})});
    recording_.reset();
  };
  if (frame.kind == FrameKind::file_begin) {
    recording_.reset();
    auto begun = SavedFile::begin(plan_.recordings,
                                  free_name(std::string(frame.content)));
    if (!begun) return failed(begun.error());
    recording_.emplace(std::move(*begun));
  } else if (!recording_) {
    return;  // its beginning failed, and was said
  } else if (frame.kind == FrameKind::file_octets) {
    make_room(frame.content.size());
    if (auto done = recording_->append(frame.content); !done) {
      failed(done.error());
    }
  } else {
    auto path = recording_->finish();
    if (!path) return failed(path.error());
    plan_.say("flight recorder: wrote " + *path);
    take({FrameKind::record, recording_line(json_, {*path, {}})});
    recording_.reset();
  }
}

// That there is nothing to record is said to whoever listens, and is nothing
// to keep in files: it can be asked every second.
void Publisher::relay_request() {
  if (!plan_.feed || !plan_.feed->take_request()) return;
  if (!plan_.recordings.empty()) {
    (void)answers_.send(FrameKind::record_now, "");
    return;
  }
  log_.append(recording_line(
      json_, {{},
              "there is no flight recorder to write; start netlat capture "
              "with --recorder"}));
}

void Publisher::tick() {
  if (plan_.files) plan_.files->tick();
  if (plan_.feed) plan_.feed->tick(log_);
}

void Publisher::tell_news() {
  for (const std::string& sentence : actions_.take_news()) plan_.say(sentence);
  if (!plan_.files) return;
  for (const std::string& sentence : plan_.files->take_news()) {
    plan_.say(sentence);
  }
}

void Publisher::close() {
  using Clock = std::chrono::steady_clock;
  // Who stops this program waits no longer than a second in all.
  constexpr std::chrono::milliseconds kReaders{100}, kMetrics{100},
      kActions{200};
  if (plan_.files) plan_.files->close();
  if (plan_.feed) {
    plan_.feed->remove();
    const Clock::time_point end = Clock::now() + kReaders;
    std::vector<pollfd> polls;
    for (bool waiting = true; waiting && Clock::now() < end;) {
      plan_.feed->serve(log_);
      polls.clear();
      plan_.feed->add_polls(log_, polls);
      waiting = false;
      for (pollfd& p : polls) waiting |= (p.events & POLLOUT) != 0;
      if (waiting) (void)poll(polls.data(), polls.size(), 10);
    }
  }
  if (plan_.ended) plan_.ended(kMetrics);
  actions_.finish(kActions);
  tell_news();
  if (plan_.files && plan_.files->lost() > 0) {
    plan_.say(fmt::format("{} records were not written to files",
                          plan_.files->lost()));
  }
}

}  // namespace netlat
