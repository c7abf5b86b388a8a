#include "netlat/source/live_opener.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lib/source/live_channel.h"
#include "lib/source/live_socket.h"
#include "lib/source/live_steering.h"

namespace netlat {

namespace {

// 0 or an errno.  The program gets no environment: nothing in it is for it.
int spawn(const std::string& path, const std::vector<std::string>& interfaces,
          int channel, pid_t& child) {
  std::vector<char*> words = {const_cast<char*>(path.c_str())};
  for (const std::string& name : interfaces) {
    words.push_back(const_cast<char*>(name.c_str()));
  }
  words.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel, kOpenerChannel);
  const int failed = posix_spawn(&child, path.c_str(), &actions, nullptr,
                                 words.data(), no_environment);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

}  // namespace

Result<std::unique_ptr<LiveOpener>> LiveOpener::start(
    const std::string& path, const std::vector<std::string>& interfaces) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    return Error{std::string("socketpair: ") + std::strerror(errno)};
  }
  // dup2() onto itself would leave it to be closed on exec.
  const int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, kOpenerChannel + 1);
  close(pair[1]);
  pid_t child = 0;
  const int failed =
      theirs < 0 ? errno : spawn(path, interfaces, theirs, child);
  if (theirs >= 0) close(theirs);
  std::unique_ptr<LiveOpener> opener(new LiveOpener(pair[0], child));
  if (failed != 0) {
    return Error{path + ": " + std::strerror(failed),
                 failed == EACCES || failed == EPERM ? ErrorKind::permission
                                                     : ErrorKind::input};
  }
  return opener;
}

LiveOpener::~LiveOpener() {
  close(channel_);
}

bool LiveOpener::send(const OpenRequest& request) {
  return send_request(channel_, request);
}

std::optional<ReceivedReply> LiveOpener::receive() {
  return receive_reply(channel_);
}

void serve_openings(const std::vector<std::string>& interfaces) {
  static OpenRequest request;
  static const std::vector<sock_filter> steering = steering_program();
  while (receive_request(kOpenerChannel, request)) {
    const std::string_view name(request.name.data());
    const bool named = std::find(interfaces.begin(), interfaces.end(), name) !=
                       interfaces.end();
    if (!named) return;
    const OpenedSockets opened = open_packet_sockets(request, steering);
    const std::size_t count = opened.reply.error == 0 ? request.threads : 0;
    const std::span<const int> fds(opened.fds.data(), count);
    const bool sent = send_reply(kOpenerChannel, opened.reply, fds);
    for (const int fd : fds) close(fd);
    if (!sent) return;
  }
}

}  // namespace netlat
