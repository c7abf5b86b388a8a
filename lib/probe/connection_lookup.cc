#include "lib/probe/connection_lookup.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "lib/probe/fd.h"

namespace netlat {

namespace {

struct Question {
  nlmsghdr head{};
  inet_diag_req_v2 body{};
};

template <std::size_t N>
void put_address(const IpAddress& address, std::uint32_t (&out)[N]) {
  const auto bytes = address.bytes();
  const std::size_t from = address.is_v4() ? 12 : 0;
  std::memcpy(out, &bytes[from], bytes.size() - from);
}

}  // namespace

bool connection_exists(const IpAddress& own, Port own_port,
                       const IpAddress& peer, Port peer_port) {
  const OwnedFd fd(
      socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd) return false;
  Question ask;
  ask.head.nlmsg_len = sizeof ask;
  ask.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  ask.head.nlmsg_flags = NLM_F_REQUEST;
  ask.body.sdiag_family = own.is_v4() ? AF_INET : AF_INET6;
  ask.body.sdiag_protocol = IPPROTO_TCP;
  ask.body.idiag_states = UINT32_MAX;
  ask.body.id.idiag_sport = htons(own_port);
  ask.body.id.idiag_dport = htons(peer_port);
  put_address(own, ask.body.id.idiag_src);
  put_address(peer, ask.body.id.idiag_dst);
  std::fill_n(ask.body.id.idiag_cookie, 2, INET_DIAG_NOCOOKIE);
  if (send(fd.get(), &ask, sizeof ask, 0) != sizeof ask) return false;
  // The kernel answers before send() is done.
  alignas(nlmsghdr) std::array<std::uint8_t, 8192> answer;
  const ssize_t n = recv(fd.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  nlmsghdr head{};
  inet_diag_msg found{};
  if (n < static_cast<ssize_t>(NLMSG_LENGTH(sizeof found))) return false;
  std::memcpy(&head, answer.data(), sizeof head);
  std::memcpy(&found, answer.data() + NLMSG_HDRLEN, sizeof found);
  return head.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
         found.idiag_state != TCP_LISTEN;
}

}  // namespace netlat
