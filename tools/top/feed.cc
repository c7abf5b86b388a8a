#include "tools/top/feed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "netlat/term/record_parser.h"

namespace netlat {

namespace {

// A line longer than this is none of ours.
constexpr std::size_t kLongestLine = 16u << 20;

void signal_event(int fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = write(fd, &one, sizeof one);
}

}  // namespace

Feed::Feed(int fd, std::optional<Child> child, Take take)
    : fd_(child ? child->output() : fd),
      child_(std::move(child)),
      take_(std::move(take)),
      news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      parser_(std::make_unique<RecordParser>()),
      thread_([this] { run(); }) {}

Feed::~Feed() {
  signal_event(stop_);
  if (child_) child_->stop();
  thread_.join();
  close(news_);
  close(stop_);
}

void Feed::take_news() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto n = read(news_, &count, sizeof count);
}

void Feed::tell() {
  signal_event(news_);
}

void Feed::run() {
  // Signals are for the thread that draws.
  sigset_t all;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_BLOCK, &all, nullptr);
  // Fewer wake-ups; what is no pipe stays as it is.
  constexpr int kPipeOctets = 1 << 20;
  (void)fcntl(fd_, F_SETPIPE_SZ, kPipeOctets);
  std::string buffer;
  std::array<char, 1u << 16> piece{};
  constexpr int kMostUntold = 16;
  int untold = 0;
  while (true) {
    std::array<pollfd, 2> polls = {{{fd_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    if (poll(polls.data(), polls.size(), -1) < 0 && errno != EINTR) break;
    if (polls[1].revents != 0) break;
    const ssize_t n = read(fd_, piece.data(), piece.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) break;
    buffer.append(piece.data(), static_cast<std::size_t>(n));
    take_lines(buffer);
    // A burst of records is one piece of news.
    pollfd more{fd_, POLLIN, 0};
    untold = untold + 1 < kMostUntold && poll(&more, 1, 0) > 0 ? untold + 1 : 0;
    if (untold == 0) tell();
    if (buffer.size() > kLongestLine) break;
  }
  if (!buffer.empty()) take_line(buffer);
  std::optional<Error> failure;
  if (child_) failure = child_->failure();
  if (!failure && bad_lines_ > 0 && bad_lines_ == lines_) {
    failure = Error{"this is no output of netlat capture --json"};
  }
  {
    const auto held = lock();
    failure_ = std::move(failure);
  }
  ended_ = true;
  tell();
}

void Feed::take_lines(std::string& buffer) {
  std::size_t start = 0;
  for (std::size_t end = buffer.find('\n'); end != buffer.npos;
       end = buffer.find('\n', start)) {
    take_line(std::string_view(buffer).substr(start, end - start));
    start = end + 1;
  }
  buffer.erase(0, start);
}

void Feed::take_line(std::string_view line) {
  if (line.empty()) return;
  ++lines_;
  auto record = parser_->parse(line);
  if (!record) {
    ++bad_lines_;
    return;
  }
  if (std::holds_alternative<std::monostate>(*record)) return;
  const auto held = lock();
  take_(std::move(*record), line);
}

Result<void> Feed::record() {
  // The thread waits for the child once it has ended, and not before.
  if (ended_ || !child_) return Error{"there is no capture any more"};
  return child_->record();
}

std::optional<Error> Feed::failure() {
  const auto held = lock();
  return failure_;
}

}  // namespace netlat
