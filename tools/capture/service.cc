#include "tools/capture/service.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "netlat/base/parse_count.h"

namespace netlat {

ServiceManager::ServiceManager() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
  const std::string name(path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path) return;
  name.copy(address.sun_path, name.size());
  // An abstract name begins with a zero and has no end but its length.
  if (name[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(
      offsetof(sockaddr_un, sun_path) + name.size() + (name[0] == '@' ? 0 : 1));
  fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ >= 0 &&
      connect(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    close(fd_);
    fd_ = -1;
  }
  const char* const watchdog = std::getenv("WATCHDOG_USEC");
  const auto us = parse_count(watchdog == nullptr ? "" : watchdog, 1,
                              std::uint64_t{1} << 50);
  if (us) {
    alive_every_ =
        std::chrono::microseconds(static_cast<std::int64_t>(*us) / 2);
  }
}

ServiceManager::~ServiceManager() {
  if (fd_ >= 0) close(fd_);
}

void ServiceManager::tell(std::string_view message) const {
  if (fd_ >= 0) (void)!write(fd_, message.data(), message.size());
}

void ServiceManager::tend() {
  if (fd_ < 0 || alive_every_.count() == 0) return;
  const Clock::time_point now = Clock::now();
  if (now < alive_next_) return;
  alive_next_ = now + alive_every_;
  tell("WATCHDOG=1");
}

}  // namespace netlat
