#pragma once
// A network of the test's own, and interfaces in it.

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "netlat/base/own_program.h"

namespace netlat {

/// This thread's, until the end of the test.
class OwnNetwork {
 public:
  OwnNetwork() : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    entered_ = home_ >= 0 && unshare(CLONE_NEWNET) == 0;
  }
  ~OwnNetwork() {
    if (entered_) (void)!setns(home_, CLONE_NEWNET);
    if (home_ >= 0) close(home_);
  }
  OwnNetwork(const OwnNetwork&) = delete;
  OwnNetwork& operator=(const OwnNetwork&) = delete;
  bool entered() const { return entered_; }

 private:
  int home_;
  bool entered_ = false;
};

/// An Ethernet interface that is there and up as long as this object is; what
/// is written arrives on it.
class Tap {
 public:
  explicit Tap(const char* name)
      : fd_(open("/dev/net/tun", O_RDWR | O_CLOEXEC)) {
    std::strncpy(wish_.ifr_name, name, IFNAMSIZ - 1);
    wish_.ifr_flags = IFF_TAP | IFF_NO_PI;
    const int asker = socket(AF_INET, SOCK_DGRAM, 0);
    up_ = ioctl(fd_, TUNSETIFF, &wish_) == 0 &&
          ioctl(asker, SIOCGIFFLAGS, &wish_) == 0;
    close(asker);
    up_ = up_ && set_up(true);
  }
  ~Tap() { close(fd_); }
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  bool up() const { return up_; }
  bool set_up(bool up) {
    wish_.ifr_flags = static_cast<short>(up ? wish_.ifr_flags | IFF_UP
                                            : wish_.ifr_flags & ~IFF_UP);
    const int asker = socket(AF_INET, SOCK_DGRAM, 0);
    const bool done = ioctl(asker, SIOCSIFFLAGS, &wish_) == 0;
    close(asker);
    return done;
  }
  bool write(std::span<const std::uint8_t> frame) const {
    return ::write(fd_, frame.data(), frame.size()) ==
           static_cast<ssize_t>(frame.size());
  }
  bool write(std::size_t frames) const {
    std::array<std::uint8_t, 60> frame{};
    frame[12] = 0x88;  // an EtherType for experiments: the kernel's own stack
    frame[13] = 0xb5;  // has no use for it
    for (std::size_t i = 0; i < frames; ++i) {
      if (!write(frame)) return false;
    }
    return true;
  }

 private:
  int fd_;
  ifreq wish_{};
  bool up_ = false;
};

inline std::string opener_path() {
  for (const char* const place : {"netlat-opener", "../netlat-opener"}) {
    const std::string path = own_directory() + place;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace netlat
