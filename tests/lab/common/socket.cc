#include "tests/lab/common/socket.h"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "tests/lab/common/stream.h"

namespace lab::load {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

bool set(int socket, int level, int name, int64_t value) {
  const int number = static_cast<int>(value);
  return setsockopt(socket, level, name, &number, sizeof number) == 0;
}

std::string apply(int socket, const SocketOptions& options) {
  const auto& o = options;
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  set(socket, IPPROTO_TCP, TCP_NODELAY, o.nodelay ? 1 : 0);
  if (o.sndbuf > 0) set(socket, SOL_SOCKET, SO_SNDBUF, o.sndbuf);
  if (o.rcvbuf > 0) set(socket, SOL_SOCKET, SO_RCVBUF, o.rcvbuf);
  if (o.keepalive) {
    const bool done =
        set(socket, SOL_SOCKET, SO_KEEPALIVE, 1) &&
        set(socket, IPPROTO_TCP, TCP_KEEPIDLE, o.keepalive_idle_s) &&
        set(socket, IPPROTO_TCP, TCP_KEEPINTVL, o.keepalive_interval_s) &&
        set(socket, IPPROTO_TCP, TCP_KEEPCNT, o.keepalive_count);
    if (!done) return fmt::format("keepalive: {}", std::strerror(errno));
  }
  if (!o.congestion.empty() &&
      setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, o.congestion.data(),
                 static_cast<socklen_t>(o.congestion.size())) != 0)
    return fmt::format("congestion '{}': {}", o.congestion,
                       std::strerror(errno));
  return "";
}

Fd make_socket(const Address& address, const SocketOptions& options,
               std::string& fault) {
  Fd out(
      socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  fault = out ? apply(out.get(), options) : std::strerror(errno);
  if (!fault.empty()) out.reset();
  return out;
}

// IDLE,INTERVAL,COUNT: the kernel counts both times in whole seconds.
bool parse_keepalive(const std::string& text, SocketOptions& out) {
  const size_t first = text.find(',');
  const size_t second = text.find(',', first + 1);
  if (first == std::string::npos || second == std::string::npos) return false;
  const auto idle = parse_duration_ns(text.substr(0, first));
  const auto interval =
      parse_duration_ns(text.substr(first + 1, second - first - 1));
  const auto count = parse_integer(text.substr(second + 1));
  if (!idle || !interval || !count || *count < 1) return false;
  for (const int64_t ns : {*idle, *interval})
    if (ns < kNsPerSecond || ns % kNsPerSecond != 0) return false;
  out.keepalive = true;
  out.keepalive_idle_s = *idle / kNsPerSecond;
  out.keepalive_interval_s = *interval / kNsPerSecond;
  out.keepalive_count = *count;
  return true;
}

}  // namespace

void SocketOptions::read(Line& line) {
  line.on_off("nodelay", nodelay);
  line.size("sndbuf", sndbuf, 1);
  line.size("rcvbuf", rcvbuf, 1);
  line.text("congestion", congestion);
  std::string alive;
  if (!line.text("keepalive", alive)) return;
  if (alive == "off")
    keepalive = false;
  else if (!parse_keepalive(alive, *this))
    line.fail(fmt::format(
        "keepalive is '{}', expected IDLE,INTERVAL,COUNT in whole seconds, "
        "such as 1s,1s,3",
        alive));
}

Fd listen_on(const Address& address, const SocketOptions& options, int backlog,
             std::string& fault) {
  Fd out = make_socket(address, options, fault);
  if (!out) return out;
  if (bind(out.get(), address.data(), address.size()) != 0 ||
      listen(out.get(), backlog) != 0) {
    fault = fmt::format("cannot listen on {}: {}", address.text(),
                        std::strerror(errno));
    out.reset();
  }
  return out;
}

Fd connect_to(const Address& to, const Address& from,
              const SocketOptions& options, std::string& fault) {
  Fd out = make_socket(to, options, fault);
  if (!out) fault = "error:" + fault;
  if (!out) return out;
  if (from.size() > 0) {
    // Without a port of its own, the port is chosen with the peer in view.
    if (from.port() == 0)
      set(out.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (bind(out.get(), from.data(), from.size()) != 0) {
      fault = fmt::format("error:cannot bind {}: {}", from.text(),
                          std::strerror(errno));
      out.reset();
      return out;
    }
  }
  if (connect(out.get(), to.data(), to.size()) != 0 && errno != EINPROGRESS) {
    fault = fault_name(errno);
    out.reset();
  }
  return out;
}

void set_reset_on_close(int socket) {
  linger now{};
  now.l_onoff = 1;
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

int pending_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace lab::load
