#include "netlat/report/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace netlat {

namespace {

// Waits until a non-blocking descriptor takes more.
void wait_writable(int fd) {
  pollfd p{fd, POLLOUT, 0};
  while (poll(&p, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace

Output::Output(int fd, std::string name) : fd_(fd), name_(std::move(name)) {
  buffer_.reserve(kWriteAt + kWriteAt / 4);
}

void Output::flush() {
  const char* at = buffer_.data();
  std::size_t left = usable() ? buffer_.size() : 0;
  while (left > 0) {
    const ssize_t n = write(fd_, at, left);
    if (n >= 0) {
      at += n;
      left -= static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_writable(fd_);
    } else if (errno == EPIPE) {
      reader_gone_ = true;
      break;
    } else if (errno != EINTR) {
      error_ = Error{name_ + ": " + std::strerror(errno) +
                     "; the output is incomplete"};
      break;
    }
  }
  buffer_.clear();
}

}  // namespace netlat
