#include "netlat/publish/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "netlat/base/parse_count.h"

namespace netlat {

namespace {

bool is_ipv6(const std::string& host) {
  return host.find(':') != std::string::npos;
}

// The address as the kernel wants it; its length, 0 if `host` is none.
socklen_t fill(const ListenAddress& at, sockaddr_storage& to) {
  if (is_ipv6(at.host)) {
    auto& a = reinterpret_cast<sockaddr_in6&>(to);
    a.sin6_family = AF_INET6;
    a.sin6_port = htons(at.port);
    return inet_pton(AF_INET6, at.host.c_str(), &a.sin6_addr) == 1 ? sizeof a
                                                                   : 0;
  }
  auto& a = reinterpret_cast<sockaddr_in&>(to);
  a.sin_family = AF_INET;
  a.sin_port = htons(at.port);
  return inet_pton(AF_INET, at.host.c_str(), &a.sin_addr) == 1 ? sizeof a : 0;
}

Error cannot(const ListenAddress& at, int why) {
  std::string what = std::strerror(why);
  ErrorKind kind = ErrorKind::usage;
  if (why == EADDRINUSE) {
    what = "in use by another program; name another port";
  } else if (why == EADDRNOTAVAIL) {
    what = "no address of this host";
  } else if (why == EACCES) {
    what = "not permitted; name a port from 1024 on";
    kind = ErrorKind::permission;
  }
  return {at.text() + ": " + what, kind};
}

}  // namespace

std::string ListenAddress::text() const {
  return is_ipv6(host) ? fmt::format("[{}]:{}", host, port)
                       : fmt::format("{}:{}", host, port);
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress at;
  const auto colon = text.rfind(':');
  std::string_view port = text;
  if (colon != std::string_view::npos) {
    port = text.substr(colon + 1);
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
      host = {};  // which colon would be the port's?
    }
    at.host = host;
  }
  const auto number = parse_count(std::string(port), 1, 65'535);
  sockaddr_storage unused{};
  if (!number || fill(at, unused) == 0) {
    return Error{fmt::format("{} is no place to listen; write [ADDRESS:]PORT, "
                             "for example 9469 or [::]:9469",
                             text),
                 ErrorKind::usage};
  }
  at.port = static_cast<std::uint16_t>(*number);
  return at;
}

Result<int> listen_at(const ListenAddress& address) {
  sockaddr_storage to{};
  const socklen_t length = fill(address, to);
  const int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot(address, errno);
  // A port that waits for late packets of the run before may be had again;
  // one that another program listens at may not.
  const int yes = 1;
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&to), length) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    const int why = errno;
    close(fd);
    return cannot(address, why);
  }
  return fd;
}

}  // namespace netlat
