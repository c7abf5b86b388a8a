#include "netlat/publish/feed_client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "netlat/base/safe_text.h"
#include "netlat/publish/record_feed.h"

namespace netlat {

namespace {

Result<int> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{SafeText(path).str() + ": too long for a socket's path",
                 ErrorKind::usage};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* any =
      static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (fd >= 0 && connect(fd, any, sizeof address) == 0) return fd;
  const int why = errno;
  if (fd >= 0) close(fd);
  return Error{fmt::format("{}: {}", SafeText(path).str(), std::strerror(why)),
               why == EACCES ? ErrorKind::permission : ErrorKind::input};
}

}  // namespace

Result<FeedConnection> attach_to_feed(const std::string& path) {
  std::vector<std::string> paths = {path};
  if (path.empty()) paths = {kDefaultSocket, user_socket()};
  std::optional<Error> first;
  for (const std::string& at : paths) {
    if (at.empty()) continue;
    auto fd = connect_to(at);
    if (fd) return FeedConnection{*fd, at};
    if (!first) first = std::move(fd.error());
  }
  if (first->kind == ErrorKind::usage) return std::move(*first);
  first->message += first->kind == ErrorKind::permission
                        ? "; its owner and group may attach"
                        : "; is there a netlat capture with --socket?";
  return std::move(*first);
}

Result<void> ask_recording(int feed) {
  const ssize_t n = send(feed, kRecordRequest.data(), kRecordRequest.size(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n == static_cast<ssize_t>(kRecordRequest.size())) return {};
  return Error{"the capture cannot be asked: " +
               std::string(n < 0 ? std::strerror(errno) : "it reads nothing")};
}

}  // namespace netlat
