#include "netlat/publish/record_feed.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "netlat/base/privilege.h"
#include "netlat/report/lost_json.h"

namespace netlat {

const char* const kDefaultSocket = "/run/netlat/capture.sock";

std::string user_socket() {
  const char* const own = std::getenv("XDG_RUNTIME_DIR");
  if (own == nullptr || *own == '\0') return {};
  return std::string(own) + "/netlat/capture.sock";
}

namespace {

std::string lost_at_socket(std::uint64_t records) {
  JsonWriter json;
  return std::string(lost_line(json, {"socket", records}));
}

bool somebody_listens(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool answered = connect(fd, reinterpret_cast<const sockaddr*>(&address),
                                sizeof address) == 0 ||
                        errno == EAGAIN || errno == EACCES;
  close(fd);
  return answered;
}

}  // namespace

Result<RecordFeed> RecordFeed::listen(const std::string& path) {
  const auto failed = [&](int why) {
    return Error{"socket " + path + ": " + refusal_text(why),
                 why == EACCES || why == EPERM ? ErrorKind::permission
                                               : ErrorKind::input};
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{"socket " + path + ": a path of 1 to 107 octets is needed",
                 ErrorKind::usage};
  }
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  struct stat what {};
  if (lstat(path.c_str(), &what) == 0) {
    if (!S_ISSOCK(what.st_mode)) {
      return Error{"socket " + path + ": there is something else by that name",
                   ErrorKind::usage};
    }
    if (somebody_listens(address)) {
      return Error{"socket " + path + ": another netlat capture serves it",
                   ErrorKind::usage};
    }
    if (unlink(path.c_str()) != 0) return failed(errno);
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed(errno);
  RecordFeed feed(fd, path);
  constexpr int kWaiting = 64;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0 ||
      chmod(path.c_str(), 0660) != 0 || ::listen(fd, kWaiting) != 0) {
    return failed(errno);
  }
  return feed;
}

RecordFeed::RecordFeed(RecordFeed&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      hello_(std::move(other.hello_)),
      readers_(std::move(other.readers_)),
      minute_(std::move(other.minute_)),
      lost_before_(other.lost_before_),
      requested_(other.requested_) {
  other.readers_.clear();
}

RecordFeed::~RecordFeed() {
  if (fd_ >= 0) close(fd_);
  for (const Attached& a : readers_) close(a.fd);
}

void RecordFeed::remove() {
  (void)unlink(path_.c_str());
}

void RecordFeed::tick(const RecordLog& log) {
  constexpr std::size_t kMinute = 60;
  minute_.push_back(log.end());
  if (minute_.size() > kMinute) minute_.pop_front();
  for (Attached& a : readers_) a.asked = false;
}

void RecordFeed::add_polls(const RecordLog& log,
                           std::vector<pollfd>& polls) const {
  // Without room for another, or a word for it, they wait in the kernel's
  // queue.
  if (readers_.size() < kMostReaders && !hello_.empty())
    polls.push_back({fd_, POLLIN, 0});
  for (const Attached& a : readers_) {
    const int out = a.reader.waiting(log) ? POLLOUT : 0;
    const int in = a.asked || a.silent ? 0 : POLLIN;
    polls.push_back({a.fd, static_cast<short>(out | in), 0});
  }
}

void RecordFeed::accept_all(const RecordLog& log) {
  while (readers_.size() < kMostReaders && !hello_.empty()) {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::uint64_t wanted = minute_.empty() ? log.begin() : minute_[0];
    const std::uint64_t from = std::max(wanted, log.begin());
    readers_.push_back(
        {.fd = fd, .reader = LogReader(fd, from, lost_at_socket, hello_)});
  }
}

bool RecordFeed::hear(Attached& a) {
  if (a.asked || a.silent) return true;
  std::array<char, kRecordRequest.size()> piece{};
  const ssize_t n =
      recv(a.fd, piece.data(), kRecordRequest.size() - a.heard.size(), 0);
  if (n <= 0) {
    a.silent = n == 0;
    return true;  // writing finds out what is wrong
  }
  a.heard.append(piece.data(), static_cast<std::size_t>(n));
  if (!kRecordRequest.starts_with(a.heard)) return false;
  if (a.heard.size() == kRecordRequest.size()) {
    a.heard.clear();
    a.asked = requested_ = true;
  }
  return true;
}

void RecordFeed::serve(const RecordLog& log) {
  accept_all(log);
  for (auto at = readers_.begin(); at != readers_.end();) {
    at->reader.pump(log);
    // Nobody at the other end also when there is nothing to write.
    pollfd there{at->fd, 0, 0};
    const bool left =
        poll(&there, 1, 0) == 1 && (there.revents & (POLLHUP | POLLERR)) != 0;
    if (!at->reader.ended() && !left && hear(*at)) {
      ++at;
      continue;
    }
    lost_before_ += at->reader.lost(log);
    close(at->fd);
    at = readers_.erase(at);
  }
}

std::uint64_t RecordFeed::lost(const RecordLog& log) const {
  std::uint64_t sum = lost_before_;
  for (const Attached& a : readers_) sum += a.reader.lost(log);
  return sum;
}

}  // namespace netlat
