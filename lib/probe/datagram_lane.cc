// ICMP echo, UDP and QUIC probes over one connected socket.
//
// ICMP: a ping socket, which needs a group inside net.ipv4.ping_group_range,
// else a raw one, which needs CAP_NET_RAW.  A raw socket sees every ICMP
// message of the target and every error about it, so identifier and cookie
// decide.  UDP needs nothing.  All three deliver ICMP errors through the error
// queue with the quoted probe from its transport header (ICMP) or payload
// (UDP) on.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <random>

#include "lib/probe/answer_timing.h"
#include "lib/probe/icmp_error.h"
#include "lib/probe/lane.h"
#include "lib/probe/lane_socket.h"
#include "lib/probe/quic_probe.h"
#include "lib/probe/socket_address.h"

namespace netlat {

namespace {

constexpr std::size_t kIp4Header = 20, kIp6Header = 40;
constexpr std::size_t kSendsRemembered = 4096;
// Errors in a row that are still those of earlier probes, not the host's.
constexpr int kMostPending = 32;

class DatagramLane : public Lane {
 public:
  DatagramLane(const ProbePlan& plan, std::uint16_t index, Registry& registry,
               OwnedFd fd, bool raw)
      : plan_(plan),
        index_(index),
        registry_(registry),
        fd_(std::move(fd)),
        raw_(raw),
        v6_(!plan.target.is_v4()) {}

  Result<void> connect_to_target();

  bool send(std::uint8_t ttl, std::uint32_t round,
            std::uint32_t series) override;
  void receive(std::vector<Answer>& out) override;
  bool busy() const override { return false; }
  void give_up(const SentProbe&) override {}
  void add_waits(std::vector<pollfd>& out) const override {
    out.push_back({fd_.get(), POLLIN, 0});
  }

 private:
  std::vector<std::uint8_t> octets_of(const SentProbe& probe) const;
  void read_errors(std::vector<Answer>& out);
  void read_data(std::vector<Answer>& out);
  void take_stamp(const SocketMessage& message);
  void take_error(const SocketMessage& message, std::vector<Answer>& out);
  void take_data(const SocketMessage& message, std::vector<Answer>& out);
  void take_quic(const SocketMessage& message, Answer answer,
                 std::vector<Answer>& out);
  // A raw socket sees the ICMP of other lanes and other programs.
  bool of_another(const ProbeMark& mark) const {
    return raw_ && mark.identifier && *mark.identifier != source_port;
  }
  bool icmp() const { return plan_.protocol == ProbeProtocol::icmp; }
  std::size_t ip_header() const { return v6_ ? kIp6Header : kIp4Header; }
  void accept(const std::optional<ProbeMark>& mark,
              const SocketMessage& message, Answer answer,
              std::vector<Answer>& out);

  ProbePlan plan_;
  std::uint16_t index_;
  Registry& registry_;
  OwnedFd fd_;
  bool raw_, v6_;
  SocketAddress target_;
  MessageReader reader_;
  std::uint32_t sends_ = 0;
  // The probe of each send the kernel may yet stamp, by send number.
  std::array<std::uint64_t, kSendsRemembered> sent_{};
};

Result<void> DatagramLane::connect_to_target() {
  const Port port = icmp() ? Port{0} : plan_.port;
  SocketAddress own;
  own.length = sizeof own.storage;
  if (getsockname(fd_.get(), own.get(), &own.length) == 0) {
    source_port = port_in(own);
  }
  if (raw_) source_port = static_cast<Port>(std::random_device{}() | 1);
  const std::uint32_t label =
      plan_.flow_label.value_or(flow_label_of(source_port, port));
  target_ =
      socket_address(plan_.target, port, v6_ ? label : 0, scope_of(plan_));
  if (connect(fd_.get(), target_.get(), target_.length) != 0) {
    return route_error(plan_, errno);
  }
  own.length = sizeof own.storage;
  if (getsockname(fd_.get(), own.get(), &own.length) == 0) {
    source = address_in(&own.storage, own.length).value_or(IpAddress{});
  }
  return {};
}

std::vector<std::uint8_t> DatagramLane::octets_of(
    const SentProbe& probe) const {
  const std::size_t rest = plan_.size - ip_header();
  if (plan_.protocol == ProbeProtocol::quic) {
    return make_quic(probe.cookie, rest - kUdpHeader);
  }
  if (!icmp()) return make_datagram(probe.cookie, rest - kUdpHeader);
  return make_echo(v6_, source_port, probe.sequence(), probe.cookie, rest);
}

bool DatagramLane::send(std::uint8_t ttl, std::uint32_t round,
                        std::uint32_t series) {
  SentProbe& probe = registry_.add(index_);
  probe.ttl = ttl;
  probe.round = round;
  probe.series = series;
  const auto octets = octets_of(probe);
  // An ICMP error that came since the last look at the queue makes a send fail
  // without sending, with an errno of its own, and is forgotten by that; a
  // network may send many.
  for (int attempt = 0; attempt < kMostPending; ++attempt) {
    const Instant now = Instant::now();
    probe.sent_steady = now.steady;
    probe.sent_wall = now.wall;
    if (send_with_ttl(fd_.get(), target_, octets, ttl)) {
      probe.sends = sends_;
      sent_[sends_++ % kSendsRemembered] = probe.number;
      return true;
    }
    error = errno;
  }
  registry_.withdraw();
  return false;
}

// The stamp of a send is queued before the packet can be answered, but maybe
// after the first look: so before the data, and once more behind it.
void DatagramLane::receive(std::vector<Answer>& out) {
  read_errors(out);
  read_data(out);
}

void DatagramLane::read_errors(std::vector<Answer>& out) {
  while (const auto message = reader_.read(fd_.get(), true)) {
    if (message->sent_id) {
      take_stamp(*message);
    } else if (message->error) {
      take_error(*message, out);
    }
  }
}

void DatagramLane::take_stamp(const SocketMessage& message) {
  const std::uint32_t id = *message.sent_id;
  if (sends_ - id > kSendsRemembered || id >= sends_) return;
  SentProbe* probe = registry_.find(sent_[id % kSendsRemembered]);
  if (probe != nullptr && message.stamp) probe->left_wall = message.stamp;
}

void DatagramLane::take_error(const SocketMessage& message,
                              std::vector<Answer>& out) {
  auto answer = read_icmp_error(message, v6_, plan_.protocol,
                                ip_header() + (icmp() ? 0 : kUdpHeader));
  if (!answer) return;
  std::optional<ProbeMark> mark;
  if (message.peer == plan_.target) {
    mark = icmp() ? read_quoted_echo(v6_, message.data)
                  : read_quoted_datagram(message.data);
  }
  if (mark && of_another(*mark)) return;
  if (mark && icmp()) {
    answer->quoted = ProbeHead{};
    answer->quoted->source_port = mark->identifier;
    answer->quoted->checksum = load_be16(&message.data[2]);
  }
  accept(mark, message, std::move(*answer), out);
}

void DatagramLane::read_data(std::vector<Answer>& out) {
  while (const auto message = reader_.read(fd_.get(), false)) {
    take_data(*message, out);
  }
}

void DatagramLane::take_data(const SocketMessage& message,
                             std::vector<Answer>& out) {
  Answer answer;
  answer.kind = AnswerKind::reached;
  answer.from = message.peer.value_or(plan_.target);
  if (plan_.protocol == ProbeProtocol::quic) {
    return take_quic(message, std::move(answer), out);
  }
  if (!icmp()) {
    // A service that answers what it cannot have understood: whichever probe
    // it was, if only one may have been.
    return accept(ProbeMark{}, message, std::move(answer), out);
  }
  Bytes packet = message.data;
  if (raw_ && !v6_) {
    if (packet.empty()) return;
    const std::size_t header = (packet[0] & 15u) * 4u;
    if (header > packet.size()) return;
    packet = packet.subspan(header);
  }
  const auto mark = read_echo_reply(v6_, packet);
  if (!mark || of_another(*mark)) return;
  if (!mark->cookie) {
    ++strangers;
    return;
  }
  answer.type = packet[0];
  accept(mark, message, std::move(answer), out);
}

void DatagramLane::take_quic(const SocketMessage& message, Answer answer,
                             std::vector<Answer>& out) {
  std::optional<ProbeMark> mark;
  if (const auto cookie = read_version_negotiation(message.data)) {
    mark.emplace().cookie = cookie;
  }
  accept(mark, message, std::move(answer), out);
}

void DatagramLane::accept(const std::optional<ProbeMark>& mark,
                          const SocketMessage& message, Answer answer,
                          std::vector<Answer>& out) {
  SentProbe* probe =
      mark ? registry_.match(*mark, index_, source_port) : nullptr;
  if (probe == nullptr) {
    ++strangers;
    return;
  }
  if (!probe->left_wall && !message.error) read_errors(out);
  const Nanos arrived = message.stamp.value_or(Nanos{0});
  time_answer(*probe, Instant::now(),
              message.stamp ? std::optional(arrived) : std::nullopt, answer);
  answer.probe = probe->number;
  answer.late = probe->state == ProbeState::expired;
  answer.reply_ttl = message.ttl;
  registry_.settle(*probe, ProbeState::answered);
  out.push_back(std::move(answer));
}

// A socket for the protocol: with `raw` told whether it is a raw one.
OwnedFd open_socket(const ProbePlan& plan, bool& raw) {
  const int family = plan.target.is_v4() ? AF_INET : AF_INET6;
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  raw = false;
  if (plan.protocol != ProbeProtocol::icmp) {
    return OwnedFd(socket(family, SOCK_DGRAM | kFlags, IPPROTO_UDP));
  }
  const int icmp = family == AF_INET ? static_cast<int>(IPPROTO_ICMP)
                                     : static_cast<int>(IPPROTO_ICMPV6);
  OwnedFd ping(socket(family, SOCK_DGRAM | kFlags, icmp));
  if (ping) return ping;
  raw = true;
  return OwnedFd(socket(family, SOCK_RAW | kFlags, icmp));
}

}  // namespace

Result<std::unique_ptr<Lane>> open_datagram_lane(const ProbePlan& plan,
                                                 std::uint16_t index,
                                                 Registry& registry) {
  bool raw = false;
  OwnedFd fd = open_socket(plan, raw);
  if (!fd && (errno == EPERM || errno == EACCES)) {
    return Error{
        "ICMP is not permitted here; allow it with "
        "sysctl net.ipv4.ping_group_range='0 2147483647', run with sudo, or "
        "use --udp or --tcp",
        ErrorKind::permission};
  }
  if (!fd && errno == EAFNOSUPPORT) {
    return Error{
        plan.target.is_v4() ? "this host has no IPv4" : "this host has no IPv6",
        ErrorKind::input};
  }
  if (!fd) return Error{std::strerror(errno), ErrorKind::input};
  const Port port =
      plan.protocol == ProbeProtocol::icmp || plan.source_port == 0
          ? Port{0}
          : static_cast<Port>(plan.source_port + index);
  if (auto done = prepare_socket(fd.get(), plan, port, true); !done) {
    return std::move(done.error());
  }
  auto lane =
      std::make_unique<DatagramLane>(plan, index, registry, std::move(fd), raw);
  if (auto done = lane->connect_to_target(); !done) {
    return std::move(done.error());
  }
  return std::unique_ptr<Lane>(std::move(lane));
}

}  // namespace netlat
