#include "lib/probe/lane_socket.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace netlat {

namespace {

// linux/in.h and linux/in6.h, which cannot be included beside netinet/in.h.
constexpr int kIpRecvErrRfc4884 = 26;
constexpr int kIpv6RecvErrRfc4884 = 31;
constexpr int kIpv6FlowInfoSend = 33;
// Room for a burst of answers: errors share it with the data.
constexpr int kReceiveBuffer = 1 << 20;

Error refused(const std::string& what, int number) {
  const bool permission = number == EPERM || number == EACCES;
  return {what + ": " + std::strerror(number),
          permission ? ErrorKind::permission : ErrorKind::usage};
}

Result<void> bind_device(int fd, const ProbePlan& plan) {
  if (plan.interface.empty()) return {};
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, plan.interface.c_str(),
                 static_cast<socklen_t>(plan.interface.size())) == 0) {
    return {};
  }
  if (errno == ENODEV) {
    return Error{"no interface " + plan.interface, ErrorKind::usage};
  }
  return refused(plan.interface, errno);
}

void set_stamps(int fd, bool sends) {
  unsigned flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
                   SOF_TIMESTAMPING_OPT_CMSG;
  if (sends) {
    flags |= SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
             SOF_TIMESTAMPING_OPT_TSONLY;
  }
  set_option(fd, SOL_SOCKET, SO_TIMESTAMPING, static_cast<int>(flags));
}

// Nor one of a link alone; the loopback does not count.
bool lacks_ipv6() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list,
                                                               &freeifaddrs);
  for (const ifaddrs* a = list; a != nullptr; a = a->ifa_next) {
    if (a->ifa_addr != nullptr && a->ifa_addr->sa_family == AF_INET6 &&
        (a->ifa_flags & IFF_LOOPBACK) == 0) {
      return false;
    }
  }
  return true;
}

void set_v4(int fd, const ProbePlan& plan) {
  set_option(fd, IPPROTO_IP, IP_RECVERR, 1);
  set_option(fd, IPPROTO_IP, kIpRecvErrRfc4884, 1);
  set_option(fd, IPPROTO_IP, IP_RECVTTL, 1);
  set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  set_option(fd, IPPROTO_IP, IP_TOS, plan.dscp << 2);
}

void set_v6(int fd, const ProbePlan& plan) {
  set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
  set_option(fd, IPPROTO_IPV6, kIpv6RecvErrRfc4884, 1);
  set_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, plan.dscp << 2);
  set_option(fd, IPPROTO_IPV6, kIpv6FlowInfoSend, 1);
}

}  // namespace

bool set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

Result<void> prepare_socket(int fd, const ProbePlan& plan, Port port,
                            bool stamp_sends) {
  if (auto done = bind_device(fd, plan); !done) return done;
  if (plan.mark &&
      !set_option(fd, SOL_SOCKET, SO_MARK, static_cast<int>(*plan.mark))) {
    return Error{"--mark needs CAP_NET_ADMIN or CAP_NET_RAW; run with sudo",
                 ErrorKind::permission};
  }
  set_option(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  set_stamps(fd, stamp_sends);
  if (plan.target.is_v4()) {
    set_v4(fd, plan);
  } else {
    set_v6(fd, plan);
  }
  const IpAddress any =
      *IpAddress::parse(plan.target.is_v4() ? "0.0.0.0" : "::");
  const auto local =
      socket_address(plan.source.value_or(any), port, 0, scope_of(plan));
  if (bind(fd, local.get(), local.length) == 0) return {};
  if (errno == EADDRNOTAVAIL && plan.source) {
    return Error{plan.source->text() + " is no address of this host",
                 ErrorKind::usage};
  }
  if (errno == EADDRINUSE) {
    return Error{
        fmt::format("source port {} is in use by another program", port),
        ErrorKind::usage};
  }
  return refused(fmt::format("source port {}", port), errno);
}

bool send_with_ttl(int fd, SocketAddress& target, Bytes octets, int ttl) {
  const bool v6 = target.storage.ss_family == AF_INET6;
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(int))> control{};
  iovec piece{const_cast<std::uint8_t*>(octets.data()), octets.size()};
  msghdr message{};
  message.msg_name = &target.storage;
  message.msg_namelen = target.length;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  c->cmsg_type = v6 ? IPV6_HOPLIMIT : IP_TTL;
  c->cmsg_len = CMSG_LEN(sizeof ttl);
  std::memcpy(CMSG_DATA(c), &ttl, sizeof ttl);
  return sendmsg(fd, &message, MSG_DONTWAIT) >= 0;
}

std::uint32_t flow_label_of(Port source_port, Port port) {
  // Knuth's multiplier spreads neighbours over the 20 bits.
  const std::uint32_t mixed = (source_port + port + 1u) * 2'654'435'761u;
  return mixed >> 12;
}

unsigned scope_of(const ProbePlan& plan) {
  return plan.interface.empty() ? 0 : if_nametoindex(plan.interface.c_str());
}

Error route_error(const ProbePlan& plan, int number) {
  switch (number) {
    case ENETUNREACH:
    case EADDRNOTAVAIL:
    case EHOSTUNREACH:
      return {!plan.target.is_v4() && lacks_ipv6()
                  ? "no route to it: this host has no IPv6 address"
                  : "no route to it",
              ErrorKind::input};
    case EACCES:
    case EPERM:
      return {
          "this host refuses to send there: a broadcast address, or a "
          "firewall rule",
          ErrorKind::permission};
    case EINVAL:
      return {
          "a link-local address needs its interface, and a source address "
          "its own kind of target",
          ErrorKind::usage};
    default:
      return {std::strerror(number), ErrorKind::input};
  }
}

}  // namespace netlat
