#include "lib/probe/socket_message.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "lib/probe/socket_address.h"

namespace netlat {

namespace {

// A read of data fails once for each error of a probe before it succeeds.
constexpr int kMostFailures = 16;

template <class T>
std::optional<T> content(const cmsghdr* c) {
  T value;
  if (c->cmsg_len < CMSG_LEN(sizeof value)) return std::nullopt;
  std::memcpy(&value, CMSG_DATA(c), sizeof value);
  return value;
}

void read_stamp(const cmsghdr* c, SocketMessage& out) {
  const auto stamps = content<scm_timestamping>(c);
  if (!stamps) return;
  const timespec& t = stamps->ts[0];
  if (t.tv_sec == 0 && t.tv_nsec == 0) return;
  out.stamp = Nanos{std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec};
}

void read_error(const cmsghdr* c, SocketMessage& out) {
  const auto e = content<sock_extended_err>(c);
  if (!e) return;
  if (e->ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
    out.sent_id = e->ee_data;
    return;
  }
  QueuedError error;
  error.local =
      e->ee_origin != SO_EE_ORIGIN_ICMP && e->ee_origin != SO_EE_ORIGIN_ICMP6;
  error.type = e->ee_type;
  error.code = e->ee_code;
  error.info = e->ee_info;
  error.extension_at = e->ee_rfc4884.len;
  const std::size_t used = CMSG_LEN(sizeof *e);
  error.offender = address_in(CMSG_DATA(c) + sizeof *e, c->cmsg_len - used);
  out.error = error;
}

void read_control(const cmsghdr* c, SocketMessage& out) {
  const int level = c->cmsg_level, type = c->cmsg_type;
  if (level == SOL_SOCKET && type == SO_TIMESTAMPING) {
    read_stamp(c, out);
  } else if ((level == IPPROTO_IP && type == IP_RECVERR) ||
             (level == IPPROTO_IPV6 && type == IPV6_RECVERR)) {
    read_error(c, out);
  } else if ((level == IPPROTO_IP && type == IP_TTL) ||
             (level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT)) {
    if (const auto ttl = content<int>(c)) {
      out.ttl = static_cast<std::uint8_t>(*ttl);
    }
  }
}

}  // namespace

std::optional<SocketMessage> MessageReader::read(int fd, bool errors) {
  SocketAddress peer;
  alignas(cmsghdr) std::array<std::uint8_t, 512> control;
  iovec piece{data_.data(), data_.size()};
  msghdr message{};
  message.msg_name = &peer.storage;
  message.msg_namelen = sizeof peer.storage;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t n = -1;
  for (int i = 0; i < kMostFailures && n < 0; ++i) {
    n = recvmsg(fd, &message, MSG_DONTWAIT | (errors ? MSG_ERRQUEUE : 0));
    if (n < 0 && errno == EAGAIN) break;
  }
  if (n < 0) return std::nullopt;
  SocketMessage out;
  out.data = Bytes(data_).first(static_cast<std::size_t>(n));
  if (message.msg_namelen > 0) {
    out.peer = address_in(&peer.storage, message.msg_namelen);
  }
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr;
       c = CMSG_NXTHDR(&message, c)) {
    read_control(c, out);
  }
  return out;
}

}  // namespace netlat
