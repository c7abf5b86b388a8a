#include "netlat/publish/bounded_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "netlat/report/lost_json.h"

namespace netlat {

namespace {

LogReader::LostLine lost_line(bool records) {
  if (!records) {
    return [](std::uint64_t lines) {
      return fmt::format("({} lines are missing: the reader was too slow)\n",
                         lines);
    };
  }
  return [](std::uint64_t lines) {
    JsonWriter json;
    return std::string(lost_line(json, {"standard output", lines}));
  };
}

}  // namespace

BoundedOutput::BoundedOutput(int fd, bool records, std::size_t most_octets)
    : fd_(fd), log_(most_octets), reader_(fd, 0, lost_line(records)) {}

void BoundedOutput::append(std::string_view lines) {
  constexpr std::size_t kPiece = 64 * 1024;
  unflushed_ += lines.size();
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::size_t size = end == lines.npos ? lines.size() : end + 1;
    log_.append(lines.substr(0, size));
    lines.remove_prefix(size);
  }
  if (unflushed_ >= kPiece) flush();
}

void BoundedOutput::drain(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    reader_.pump(log_);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (!reader_.waiting(log_) || left.count() <= 0) return;
    pollfd waiting{fd_, POLLOUT, 0};
    (void)poll(&waiting, 1, static_cast<int>(left.count()));
  }
}

std::optional<Error> BoundedOutput::error() const {
  if (reader_.failure() == 0) return std::nullopt;
  return Error{std::string("standard output: ") +
               std::strerror(reader_.failure()) + "; the output is incomplete"};
}

void stop_waiting_on(int fd) {
  struct stat what {};
  if (fstat(fd, &what) != 0) return;
  const bool terminal = S_ISCHR(what.st_mode) && isatty(fd) == 1;
  if (!S_ISFIFO(what.st_mode) && !terminal) return;
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  const int anew =
      open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (anew < 0) return;
  (void)dup2(anew, fd);
  close(anew);
}

}  // namespace netlat
