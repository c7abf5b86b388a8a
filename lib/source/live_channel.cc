#include "lib/source/live_channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace netlat {

namespace {

template <class Message>
bool send_whole(int channel, const Message& message, int fd) {
  Message copy = message;
  iovec piece{&copy, sizeof copy};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> extra{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (fd >= 0) {
    header.msg_control = extra.data();
    header.msg_controllen = extra.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  ssize_t n = 0;
  do {
    n = sendmsg(channel, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(sizeof copy);
}

// `fd` is what came along, or -1.
template <class Message>
bool receive_whole(int channel, Message& message, int& fd) {
  fd = -1;
  iovec piece{&message, sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> extra{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = extra.data();
  header.msg_controllen = extra.size();
  ssize_t n = 0;
  do {
    n = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n <= 0) return false;
  const cmsghdr* rights = CMSG_FIRSTHDR(&header);
  if (rights != nullptr && rights->cmsg_level == SOL_SOCKET &&
      rights->cmsg_type == SCM_RIGHTS &&
      rights->cmsg_len == CMSG_LEN(sizeof fd)) {
    std::memcpy(&fd, CMSG_DATA(rights), sizeof fd);
  }
  return n == static_cast<ssize_t>(sizeof message) &&
         (header.msg_flags & MSG_TRUNC) == 0;
}

}  // namespace

bool send_request(int channel, const OpenRequest& request) {
  return send_whole(channel, request, -1);
}

bool receive_request(int channel, OpenRequest& request) {
  int fd = -1;
  const bool whole = receive_whole(channel, request, fd);
  if (fd >= 0) close(fd);
  return whole && fd < 0 && request.name.back() == '\0' &&
         request.instructions <= request.filter.size();
}

bool send_reply(int channel, const OpenReply& reply, int fd) {
  return send_whole(channel, reply, fd);
}

std::optional<ReceivedReply> receive_reply(int channel) {
  ReceivedReply received;
  if (receive_whole(channel, received.reply, received.fd)) return received;
  if (received.fd >= 0) close(received.fd);
  return std::nullopt;
}

}  // namespace netlat
