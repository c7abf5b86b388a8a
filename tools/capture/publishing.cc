#include "tools/capture/publishing.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "netlat/base/privilege.h"
#include "netlat/base/sandbox.h"
#include "netlat/report/lost_json.h"
#include "netlat/report/messages.h"
#include "tools/capture/check.h"
#include "tools/capture/config.h"
#include "tools/capture/zones.h"

namespace netlat {

namespace {

constexpr const char* kTool = "netlat capture";
// Room for what a tick brings while the other process is not scheduled.
constexpr int kPipeOctets = 1 << 20;
constexpr std::size_t kMostPending = std::size_t{16} << 20;

struct Pipe {
  int from = -1, to = -1;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{std::string("pipe: ") + std::strerror(errno)};
  }
  (void)fcntl(ends[1], F_SETPIPE_SZ, kPipeOctets);
  return Pipe{ends[0], ends[1]};
}

void say(const std::string& sentence) {
  complain(kTool, sentence);
}

void never_wait(int fd) {
  (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// In the publishing process: what a SIGHUP asks for, and its own part of it.
void send_config(const CaptureOptions& options, Publisher& publisher,
                 FrameSender& to) {
  const auto fail = [&](const Error& error) {
    to.send(FrameKind::reloaded, error.message);
  };
  std::string config;
  if (!options.config.empty()) {
    auto text = read_whole_file(options.config);
    if (!text) return fail(text.error());
    config = std::move(*text);
  }
  const auto fresh = read_config_again(options, config);
  if (!fresh) return fail(fresh.error());
  if (const auto done = check_alert_command(*fresh); !done) {
    return fail(done.error());
  }
  if (options.alerts.command.empty() && !fresh->alerts.command.empty()) {
    return fail(Error{options.config +
                      ": alerts.command: none could be run since the start; "
                      "start again"});
  }
  to.send(FrameKind::config, config);
  const auto texts = read_zone_texts(fresh->zones);
  if (!texts) return fail(wrong_at(*fresh, "zones", texts.error()));
  for (const auto& [path, text] : *texts) {
    if (!to.send(FrameKind::zone_map, fmt::format("{}\n{}", path, text))) {
      return fail(Error{path + ": longer than can be read again"});
    }
  }
  if (!options.config.empty())
    publisher.take_limits(fresh->alerts, fresh->files);
  to.send(FrameKind::reloaded, "");
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash + 1);
}

PublishingRights rights_of(const CaptureOptions& options) {
  PublishingRights rights;
  rights.runs_programs = !options.alerts.command.empty();
  if (options.files) rights.directories.push_back(options.files->directory);
  if (!options.recorder.directory.empty()) {
    rights.directories.push_back(options.recorder.directory);
  }
  for (const std::string& path : {options.socket, options.metrics.text_file}) {
    if (!path.empty()) rights.directories.push_back(directory_of(path));
  }
  return rights;
}

[[noreturn]] void publish(const CaptureOptions& options, PublishPlan plan,
                          int frames, int answers) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) {
    (void)std::signal(signal, SIG_IGN);
  }
  (void)prctl(PR_SET_NAME, "netlat-publish");
  never_wait(answers);
  Publisher* self = nullptr;
  plan.reload = [&](FrameSender& to) { send_config(options, *self, to); };
  plan.say = say;
  Publisher publisher(std::move(plan), frames, answers);
  self = &publisher;
  if (const auto entered = enter_publishing_sandbox(rights_of(options));
      !entered) {
    complain(kTool, entered.error().message);
    _exit(1);
  }
  publisher.run();
  // Threads that still wait for an answer end here.
  _exit(0);
}

Result<PublishPlan> make_plan(const CaptureOptions& options) {
  PublishPlan plan;
  plan.alerts = options.alerts;
  if (!options.socket.empty()) {
    auto feed = RecordFeed::listen(options.socket);
    if (!feed) return std::move(feed.error());
    plan.feed.emplace(std::move(*feed));
  }
  if (options.files) {
    auto files = RotatingFiles::open(*options.files);
    if (!files) return std::move(files.error());
    plan.files = std::move(*files);
  }
  if (!options.recorder.directory.empty()) {
    // Whoever is told of a file may be in another directory.
    std::error_code none;
    plan.recordings =
        std::filesystem::absolute(options.recorder.directory, none);
    if (none) plan.recordings = options.recorder.directory;
    plan.recordings_quota = options.recorder.quota;
    if (plan.recordings_quota == 0) {
      plan.recordings_quota = 16 * std::uint64_t{options.recorder.octets};
    }
    if (access(plan.recordings.c_str(), W_OK | X_OK) != 0) {
      const ErrorKind kind =
          errno == EACCES ? ErrorKind::permission : ErrorKind::input;
      return Error{fmt::format("flight recorder: {}: {}", plan.recordings,
                               refusal_text(errno)),
                   kind};
    }
  }
  if (options.metrics.any()) {
    auto outlet = MetricsOutlet::open(options.metrics, say);
    if (!outlet) return std::move(outlet.error());
    const std::shared_ptr<MetricsOutlet> metrics = std::move(*outlet);
    plan.started = [metrics] { metrics->start(); };
    plan.ended = [metrics](auto patience) { metrics->end(patience); };
    plan.page = [metrics](const Frame& frame) {
      if (frame.kind == FrameKind::metrics) metrics->show(frame.content);
    };
  }
  return plan;
}

}  // namespace

Result<std::unique_ptr<Publishing>> Publishing::start(
    const CaptureOptions& options, const std::function<void()>& forget) {
  auto plan = make_plan(options);
  if (!plan) return std::move(plan.error());
  const auto frames = make_pipe();
  if (!frames) return frames.error();
  const auto answers = make_pipe();
  if (!answers) return answers.error();
  const pid_t child = fork();
  if (child < 0) return Error{std::string("fork: ") + std::strerror(errno)};
  if (child == 0) {
    close(frames->to);
    close(answers->from);
    forget();
    publish(options, std::move(*plan), frames->from, answers->to);
  }
  close(frames->from);
  close(answers->to);
  never_wait(frames->to);
  never_wait(answers->from);
  std::unique_ptr<Publishing> self(
      new Publishing(frames->to, answers->from, child));
  if (options.metrics.any()) {
    self->metrics_ = std::make_unique<CaptureMetrics>(options);
  }
  return self;
}

Publishing::Publishing(int frames, int answers, pid_t child)
    : frames_(frames),
      answers_(answers),
      child_(child),
      sender_(frames, kMostPending),
      receiver_(answers) {}

Publishing::~Publishing() {
  if (frames_ >= 0) close(frames_);
  close(answers_);
}

void Publishing::say_lost() {
  if (untold_ == 0) return;
  JsonWriter json;
  const auto line = lost_line(json, {"publisher", untold_});
  if (sender_.send(FrameKind::record, line)) untold_ = 0;
}

void Publishing::send_record(FrameKind kind, std::string_view content) {
  say_lost();
  if (sender_.send(kind, content)) return;
  ++lost_;
  ++untold_;
}

void Publishing::record(std::string_view line) {
  send_record(FrameKind::record, line);
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  if (sender_.pending() >= flushed_at_ + kPiece) flush();
}

void Publishing::alert(std::string_view objective, std::string_view line) {
  send_record(FrameKind::alert,
              fmt::format("{}\n{}", one_line(objective), line));
}

void Publishing::hello(std::string_view line) {
  (void)sender_.send(FrameKind::hello, line);
}

void Publishing::tick() {
  (void)sender_.send(FrameKind::tick, "");
  flush();
}

void Publishing::flush() {
  sender_.flush();
  flushed_at_ = sender_.pending();
}

void Publishing::ask_reload() {
  arriving_ = {};
  (void)sender_.send(FrameKind::reload, "");
  flush();
}

std::optional<Reloaded> Publishing::take_reloaded() {
  (void)receiver_.fill();
  while (const auto frame = receiver_.next()) {
    if (frame->kind == FrameKind::record_now) {
      requested_ = true;
    } else if (frame->kind == FrameKind::config) {
      arriving_.config = frame->content;
    } else if (frame->kind == FrameKind::zone_map) {
      const std::size_t end = frame->content.find('\n');
      arriving_.zones.try_emplace(std::string(frame->content.substr(0, end)),
                                  frame->content.substr(end + 1));
    } else if (frame->kind == FrameKind::reloaded) {
      arriving_.problem = frame->content;
      return std::exchange(arriving_, {});
    }
  }
  return std::nullopt;
}

void Publishing::stop(std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + patience;
  const auto left = [&] {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(end -
                                                              Clock::now())
            .count());
  };
  say_lost();
  (void)sender_.send(FrameKind::farewell, "");
  for (flush(); sender_.pending() > 0 && left() > 0; flush()) {
    pollfd room{frames_, POLLOUT, 0};
    (void)poll(&room, 1, left());
  }
  close(std::exchange(frames_, -1));
  // Its end of the answers closes when it ends.
  pollfd ended{answers_, 0, 0};
  while (left() > 0 && (ended.revents & POLLHUP) == 0) {
    (void)poll(&ended, 1, left());
  }
  (void)waitpid(child_, nullptr, WNOHANG);
}

}  // namespace netlat
