// The live source over interfaces of the test's own: made, written to and
// removed in a network namespace that nobody else is in.

#include "lib/source/live_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "netlat/base/own_program.h"

namespace netlat {
namespace {

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
    ifreq wish{};
    std::strncpy(wish.ifr_name, name, IFNAMSIZ - 1);
    wish.ifr_flags = IFF_TAP | IFF_NO_PI;
    const int asker = socket(AF_INET, SOCK_DGRAM, 0);
    up_ = ioctl(fd_, TUNSETIFF, &wish) == 0 &&
          ioctl(asker, SIOCGIFFLAGS, &wish) == 0;
    wish.ifr_flags |= IFF_UP;
    up_ = up_ && ioctl(asker, SIOCSIFFLAGS, &wish) == 0;
    close(asker);
  }
  ~Tap() { close(fd_); }
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  bool up() const { return up_; }
  bool write(std::size_t frames) const {
    std::array<std::uint8_t, 60> frame{};
    frame[12] = 0x88;  // an EtherType for experiments: the kernel's own stack
    frame[13] = 0xb5;  // has no use for it
    for (std::size_t i = 0; i < frames; ++i) {
      if (::write(fd_, frame.data(), frame.size()) !=
          static_cast<ssize_t>(frame.size())) {
        return false;
      }
    }
    return true;
  }

 private:
  int fd_;
  bool up_ = false;
};

std::string opener_path() {
  for (const char* const place : {"netlat-opener", "../netlat-opener"}) {
    const std::string path = own_directory() + place;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

// Between two packets of the one interface no time is left to wait, which is
// when the others are looked at as well.
TEST(LiveReader, NoticesAnInterfaceThatComesBackBesideAFullRing) {
  const OwnNetwork network;
  if (!network.entered()) {
    GTEST_SKIP() << "a network namespace needs CAP_SYS_ADMIN";
  }
  const Tap busy("busy");
  auto brief = std::make_unique<Tap>("brief");
  if (!busy.up() || !brief->up()) GTEST_SKIP() << "no tap interfaces here";
  const std::vector<std::string> names = {"busy", "brief"};
  auto opener = LiveOpener::start(opener_path(), names);
  ASSERT_TRUE(opener) << opener.error().message;
  LiveReader reader(names, {}, std::move(*opener));
  const auto started = reader.start({});
  ASSERT_TRUE(started) << started.error().message;

  constexpr std::size_t kFrames = 20'000;
  constexpr auto kPause = std::chrono::microseconds(100);
  ASSERT_TRUE(busy.write(kFrames));
  // Its last block is handed over.
  std::this_thread::sleep_for(std::chrono::milliseconds(kRetireMilliseconds));
  brief.reset();
  brief = std::make_unique<Tap>("brief");
  ASSERT_TRUE(brief->up());

  const std::string wanted = "brief went down, brief is back, ";
  std::string news;
  std::array<PacketView, 1> one;
  std::size_t read = 0;
  for (; news != wanted && read < kFrames; ++read) {
    ASSERT_EQ(reader.read(one, Nanos{0}), 1U) << "after " << read;
    for (const std::string& more : reader.take_news()) news += more + ", ";
    std::this_thread::sleep_for(kPause);
  }
  EXPECT_EQ(news, wanted) << read << " were read";
  EXPECT_EQ(reader.counts().restarts, 1U);
}

}  // namespace
}  // namespace netlat
