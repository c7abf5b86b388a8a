// TCP SYN probes by connect(), which needs no capability.
//
// Each probe is a socket of its own with the lane's ports and a TTL.  The
// kernel sends the SYN, matches what comes back to it and leaves an ICMP error
// in the error queue; arrival is a connection or a refusal.  One pair of ports
// can be used by one socket at a time, so the probes of a lane follow one
// another.  Sockets are closed with a reset: a connection that came about is
// gone at once on both sides, and so is the port pair, without TIME_WAIT.  A
// probe must be given up before the kernel repeats the SYN, a second after it.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "lib/probe/answer_timing.h"
#include "lib/probe/connection_lookup.h"
#include "lib/probe/icmp_error.h"
#include "lib/probe/lane.h"
#include "lib/probe/lane_socket.h"
#include "lib/probe/quote.h"
#include "lib/probe/socket_address.h"

namespace netlat {

namespace {

constexpr std::size_t kIp4Header = 20, kIp6Header = 40;

class TcpLane : public Lane {
 public:
  TcpLane(const ProbePlan& plan, std::uint16_t index, Registry& registry)
      : plan_(plan),
        index_(index),
        registry_(registry),
        v6_(!plan.target.is_v4()) {
    if (plan.source_port != 0) {
      source_port = static_cast<Port>(plan.source_port + index);
    }
  }

  Result<void> choose_port();

  bool send(std::uint8_t ttl, std::uint32_t round,
            std::uint32_t series) override;
  void receive(std::vector<Answer>& out) override;
  bool busy() const override { return bool(fd_); }
  bool prompt() const override { return true; }
  void give_up(const SentProbe& probe) override {
    if (probe.number == probe_) fd_.reset();
  }
  void add_waits(std::vector<pollfd>& out) const override {
    if (fd_) out.push_back({fd_.get(), POLLOUT, 0});
  }

 private:
  Result<OwnedFd> make_socket();
  bool read_error(SentProbe& probe, std::vector<Answer>& out);
  void read_outcome(SentProbe& probe, std::vector<Answer>& out);
  void finish(SentProbe& probe, Answer answer, std::vector<Answer>& out);

  ProbePlan plan_;
  std::uint16_t index_;
  Registry& registry_;
  bool v6_;
  SocketAddress target_;
  OwnedFd fd_;  // of the probe on its way, if any
  std::uint64_t probe_ = 0;
  MessageReader reader_;
};

// By the connection itself, by another one, or by who listens there.
bool in_use(const ProbePlan& plan, Port own) {
  if (own == 0 || !plan.source) return false;
  if (connection_exists(*plan.source, own, plan.target, plan.port)) return true;
  const OwnedFd fd(socket(plan.source->is_v4() ? AF_INET : AF_INET6,
                          SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                          IPPROTO_TCP));
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  const auto local = socket_address(*plan.source, own, 0, scope_of(plan));
  return bind(fd.get(), local.get(), local.length) != 0 && errno == EADDRINUSE;
}

Result<OwnedFd> TcpLane::make_socket() {
  OwnedFd fd(socket(v6_ ? AF_INET6 : AF_INET,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd && errno == EAFNOSUPPORT) {
    return Error{v6_ ? "this host has no IPv6" : "this host has no IPv4",
                 ErrorKind::input};
  }
  if (!fd) return Error{std::strerror(errno), ErrorKind::input};
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(fd.get(), IPPROTO_TCP, TCP_SYNCNT, 1);
  const linger reset{1, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (auto done = prepare_socket(fd.get(), plan_, source_port, false); !done) {
    return std::move(done.error());
  }
  return fd;
}

// Whether there is a route is known to the kernel without a packet: a UDP
// socket asks it.
Result<void> TcpLane::choose_port() {
  auto fd = make_socket();
  if (!fd) return std::move(fd.error());
  SocketAddress own;
  own.length = sizeof own.storage;
  if (getsockname(fd->get(), own.get(), &own.length) == 0) {
    source_port = port_in(own);
  }
  const std::uint32_t label =
      plan_.flow_label.value_or(flow_label_of(source_port, plan_.port));
  target_ = socket_address(plan_.target, plan_.port, v6_ ? label : 0,
                           scope_of(plan_));
  OwnedFd asks(socket(v6_ ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (auto done = prepare_socket(asks.get(), plan_, 0, false); !done) {
    return done;
  }
  if (connect(asks.get(), target_.get(), target_.length) != 0) {
    return route_error(plan_, errno);
  }
  own.length = sizeof own.storage;
  if (getsockname(asks.get(), own.get(), &own.length) == 0) {
    source = address_in(&own.storage, own.length).value_or(IpAddress{});
  }
  return {};
}

bool TcpLane::send(std::uint8_t ttl, std::uint32_t round,
                   std::uint32_t series) {
  auto fd = make_socket();
  if (!fd) {
    error = errno;
    return false;
  }
  const bool set =
      v6_ ? set_option(fd->get(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl)
          : set_option(fd->get(), IPPROTO_IP, IP_TTL, ttl);
  SentProbe& probe = registry_.add(index_);
  probe.ttl = ttl;
  probe.round = round;
  probe.series = series;
  const Instant now = Instant::now();
  probe.sent_steady = now.steady;
  probe.sent_wall = now.wall;
  if (!set || (connect(fd->get(), target_.get(), target_.length) != 0 &&
               errno != EINPROGRESS && errno != ECONNREFUSED)) {
    error = errno;
    registry_.withdraw();
    return false;
  }
  fd_ = std::move(*fd);
  probe_ = probe.number;
  return true;
}

void TcpLane::receive(std::vector<Answer>& out) {
  if (!fd_) return;
  SentProbe* probe = registry_.find(probe_);
  if (probe == nullptr) return fd_.reset();
  if (!read_error(*probe, out)) read_outcome(*probe, out);
}

bool TcpLane::read_error(SentProbe& probe, std::vector<Answer>& out) {
  while (const auto message = reader_.read(fd_.get(), true)) {
    auto answer = read_icmp_error(*message, v6_, ProbeProtocol::tcp,
                                  v6_ ? kIp6Header : kIp4Header);
    if (!answer) continue;
    answer->quoted = read_quoted_segment(message->data);
    time_answer(probe, Instant::now(), message->stamp, *answer);
    finish(probe, std::move(*answer), out);
    return true;
  }
  return false;
}

void TcpLane::read_outcome(SentProbe& probe, std::vector<Answer>& out) {
  Answer answer;
  answer.kind = AnswerKind::reached;
  answer.from = plan_.target;
  pollfd wait{fd_.get(), POLLOUT, 0};
  if (poll(&wait, 1, 0) <= 0 || wait.revents == 0) return;
  time_answer(probe, Instant::now(), std::nullopt, answer);
  int outcome = 0;
  socklen_t length = sizeof outcome;
  getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &outcome, &length);
  if (outcome != 0 && outcome != ECONNREFUSED) {
    fd_.reset();  // the kernel gave up; the probe will expire
    return;
  }
  tcp_info info{};
  length = sizeof info;
  // The kernel has timed SYN to SYN-ACK itself.
  if (outcome == 0 &&
      getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
      info.tcpi_rtt > 0 && info.tcpi_total_retrans == 0) {
    const Nanos timed{std::int64_t{info.tcpi_rtt} * 1000};
    if (timed <= answer.rtt) {
      answer.rtt = timed;
      answer.level = StampLevel::kernel;
    }
  }
  finish(probe, std::move(answer), out);
}

void TcpLane::finish(SentProbe& probe, Answer answer,
                     std::vector<Answer>& out) {
  answer.probe = probe.number;
  answer.late = probe.state == ProbeState::expired;
  registry_.settle(probe, ProbeState::answered);
  fd_.reset();
  out.push_back(std::move(answer));
}

}  // namespace

Result<std::unique_ptr<Lane>> open_tcp_lane(const ProbePlan& plan,
                                            std::uint16_t index,
                                            Registry& registry) {
  const auto own =
      static_cast<Port>(plan.source_port == 0 ? 0 : plan.source_port + index);
  if (plan.segments && in_use(plan, own)) {
    return open_flow_lane(plan, index, registry);
  }
  auto lane = std::make_unique<TcpLane>(plan, index, registry);
  if (auto done = lane->choose_port(); !done) {
    return std::move(done.error());
  }
  return std::unique_ptr<Lane>(std::move(lane));
}

}  // namespace netlat
