#include "lib/source/live_channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace netlat {

namespace {

constexpr std::size_t kMostRights = sizeof(int) * kMostThreads;

template <class Message>
bool send_whole(int channel, const Message& message, std::span<const int> fds) {
  Message copy = message;
  iovec piece{&copy, sizeof copy};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostRights)> extra{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = extra.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  }
  ssize_t n = 0;
  do {
    n = sendmsg(channel, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(sizeof copy);
}

// The first `count` of `fds` are what came along.
template <class Message>
bool receive_whole(int channel, Message& message,
                   std::array<int, kMostThreads>& fds, std::size_t& count) {
  count = 0;
  iovec piece{&message, sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostRights)> extra{};
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
      rights->cmsg_type == SCM_RIGHTS) {
    const std::size_t octets = rights->cmsg_len - CMSG_LEN(0);
    count = octets / sizeof(int);
    std::memcpy(fds.data(), CMSG_DATA(rights), count * sizeof(int));
  }
  return n == static_cast<ssize_t>(sizeof message) &&
         (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

void close_all(std::span<const int> fds) {
  for (const int fd : fds) close(fd);
}

}  // namespace

bool send_request(int channel, const OpenRequest& request) {
  return send_whole(channel, request, {});
}

bool receive_request(int channel, OpenRequest& request) {
  std::array<int, kMostThreads> fds{};
  std::size_t count = 0;
  const bool whole = receive_whole(channel, request, fds, count);
  close_all({fds.data(), count});
  return whole && count == 0 && request.name.back() == '\0' &&
         request.instructions <= request.filter.size() &&
         request.threads >= 1 && request.threads <= kMostThreads;
}

bool send_reply(int channel, const OpenReply& reply, std::span<const int> fds) {
  return send_whole(channel, reply, fds);
}

std::optional<ReceivedReply> receive_reply(int channel) {
  ReceivedReply received;
  if (receive_whole(channel, received.reply, received.fds, received.count)) {
    return received;
  }
  close_all({received.fds.data(), received.count});
  return std::nullopt;
}

}  // namespace netlat
