// A file descriptor closed with its owner.

#ifndef TESTS_LAB_COMMON_FD_H_
#define TESTS_LAB_COMMON_FD_H_

#include <unistd.h>

#include <utility>

namespace lab::load {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_FD_H_
