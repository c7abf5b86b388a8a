// Probes on the ports of a connection that is in use.
//
// Problem: routers choose the way by addresses and ports, so the way of a
// connection is found by packets with exactly these; but the kernel owns them,
// and what is sent there reaches the connection.
// Method: acknowledgements without data whose sequence number lies just below
// what the peer has acknowledged, as keepalives have them (RFC 9293, 3.8.4).
// The number tells which probe a router quotes.  The peer drops such a segment
// and repeats its last acknowledgement (RFC 9293, 3.10.7.4), Linux at most
// twice a second; our kernel takes that for a duplicate that says nothing new,
// and drops the routers' errors, too, since they quote a number outside what
// is out (RFC 5927, 4).  Firewalls and translators on the way see an old
// segment of a connection they know.  A SYN, which the peer would answer
// likewise (RFC 5961, 4), may make them, load balancers and old stacks begin
// the connection anew.
// The numbers are those of what the peer sends: read along from a raw socket
// of the peer's segments.  If for a moment it sends nothing, the first probe
// has random ones: idle, it has nothing out that they could acknowledge. Bias:
// a repeated acknowledgement has no mark of ours.  One is taken for the answer
// if it has no data, no SACK and the number and window of the segment before,
// while the only probe is out; where the connection is busy, answers hide in
// its traffic, so the target's loss is not judged.  What comes later than a
// probe is waited for would be taken for the next one's: that is three times
// the longest round trip, at least a second.

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <thread>

#include "lib/probe/answer_timing.h"
#include "lib/probe/flow_segment.h"
#include "lib/probe/icmp_error.h"
#include "lib/probe/lane.h"
#include "lib/probe/lane_socket.h"
#include "lib/probe/quote.h"
#include "lib/probe/socket_address.h"

namespace netlat {

namespace {

constexpr std::size_t kIp4Header = 20, kIp6Header = 40;
constexpr std::uint8_t kHopsOfOthers = 64;
// What a peer that talks needs to be heard, and one that answers.
constexpr int kListenMs = 50, kGreetingMs = 1000;
// Linux repeats an acknowledgement after half a second at the earliest.
constexpr auto kBetweenRepeats = std::chrono::milliseconds(550);
constexpr Nanos kPatience{1'000'000'000};
// Some window that says nothing.
constexpr std::uint16_t kWindow = 1024;
// Sequence numbers below the peer's acknowledgement that probes take in turn.
constexpr std::uint64_t kNumbers = 256;
constexpr std::size_t kRemembered = 64;
constexpr std::uint64_t kNone = UINT64_MAX;

class FlowLane : public Lane {
 public:
  FlowLane(const ProbePlan& plan, std::uint16_t index, Registry& registry,
           OwnedFd fd)
      : plan_(plan),
        index_(index),
        registry_(registry),
        fd_(std::move(fd)),
        v6_(!plan.target.is_v4()) {
    source_port = static_cast<Port>(plan.source_port + index);
    in_use = true;
    least_patience = kPatience;
  }

  Result<void> connect_to_peer();

  bool send(std::uint8_t ttl, std::uint32_t round,
            std::uint32_t series) override;
  void receive(std::vector<Answer>& out) override;
  bool busy() const override { return out_; }
  void give_up(const SentProbe& probe) override {
    if (probe.number == probe_) out_ = false;
  }
  void add_waits(std::vector<pollfd>& out) const override {
    out.push_back({fd_.get(), POLLIN, 0});
  }

 private:
  struct Sent {
    std::uint64_t probe = kNone;
    std::uint32_t sequence = 0, sends = 0;
  };

  void greet();
  bool hear(int milliseconds);
  FlowSegment segment_of(std::uint64_t number) const;
  bool transmit(const FlowSegment& segment, int ttl);
  void read_errors(std::vector<Answer>& out);
  void read_segments(std::vector<Answer>& out);
  void take_stamp(const SocketMessage& message);
  void take_error(const SocketMessage& message, std::vector<Answer>& out);
  bool answers(const PeerSegment& segment) const;
  std::optional<PeerSegment> segment_in(const SocketMessage& message) const;
  void finish(SentProbe& probe, const SocketMessage& message, Answer answer,
              std::vector<Answer>& out);

  ProbePlan plan_;
  std::uint16_t index_;
  Registry& registry_;
  OwnedFd fd_;
  bool v6_;
  SocketAddress target_;
  MessageReader reader_;
  std::optional<PeerSegment> heard_;   // from the peer last
  std::uint32_t chance_ = 0;           // instead of its numbers
  bool out_ = false;                   // a probe is
  std::uint64_t probe_ = 0;            // the last one's number
  std::uint32_t acknowledgement_ = 0;  // that it had
  std::uint32_t sends_ = 0;
  std::array<Sent, kRemembered> sent_{};  // by number
};

Result<void> FlowLane::connect_to_peer() {
  if (auto done = prepare_socket(fd_.get(), plan_, 0, true); !done) {
    return done;
  }
  const std::uint32_t label =
      plan_.flow_label.value_or(flow_label_of(source_port, plan_.port));
  target_ = socket_address(plan_.target, 0, v6_ ? label : 0, scope_of(plan_));
  if (connect(fd_.get(), target_.get(), target_.length) != 0) {
    return route_error(plan_, errno);
  }
  SocketAddress own;
  own.length = sizeof own.storage;
  if (getsockname(fd_.get(), own.get(), &own.length) == 0) {
    source = address_in(&own.storage, own.length).value_or(IpAddress{});
  }
  greet();
  return {};
}

// Learns the numbers: from what the peer says, or has to say.
void FlowLane::greet() {
  chance_ = std::random_device{}();
  if (hear(kListenMs)) return;
  const Nanos sent = Instant::now().steady;
  if (!transmit(segment_of(0), kHopsOfOthers) || !hear(kGreetingMs)) return;
  least_patience = std::max(kPatience, 3 * (Instant::now().steady - sent));
  // Until then it may not answer the first probe.
  std::this_thread::sleep_for(kBetweenRepeats);
}

bool FlowLane::hear(int milliseconds) {
  pollfd wait{fd_.get(), POLLIN, 0};
  const Nanos until =
      Instant::now().steady + std::chrono::milliseconds(milliseconds);
  for (;;) {
    while (const auto message = reader_.read(fd_.get(), false)) {
      if (const auto segment = segment_in(*message)) {
        heard_ = segment;
        return true;
      }
    }
    // Stamps of what was sent wake it, too.
    std::vector<Answer> none;
    read_errors(none);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - Instant::now().steady);
    if (left.count() <= 0) return false;
    if (poll(&wait, 1, static_cast<int>(left.count())) < 0) return false;
  }
}

FlowSegment FlowLane::segment_of(std::uint64_t number) const {
  const auto below = static_cast<std::uint32_t>(1 + number % kNumbers);
  FlowSegment out;
  out.source = source;
  out.target = plan_.target;
  out.source_port = source_port;
  out.port = plan_.port;
  out.sequence = (heard_ ? heard_->acknowledged : chance_) - below;
  out.acknowledgement = heard_ ? heard_->sequence : ~chance_;
  out.window = heard_ ? heard_->window : kWindow;
  out.stamps_of = heard_;
  return out;
}

bool FlowLane::transmit(const FlowSegment& segment, int ttl) {
  const auto octets = make_flow_segment(segment);
  if (!send_with_ttl(fd_.get(), target_, octets, ttl)) {
    error = errno;
    return false;
  }
  ++sends_;
  return true;
}

bool FlowLane::send(std::uint8_t ttl, std::uint32_t round,
                    std::uint32_t series) {
  // What the peer said last, and errors that would make the send fail.
  std::vector<Answer> none;
  read_errors(none);
  read_segments(none);
  SentProbe& probe = registry_.add(index_);
  probe.ttl = ttl;
  probe.round = round;
  probe.series = series;
  const FlowSegment segment = segment_of(probe.number);
  const Instant now = Instant::now();
  probe.sent_steady = now.steady;
  probe.sent_wall = now.wall;
  sent_[probe.number % kRemembered] = {probe.number, segment.sequence, sends_};
  if (!transmit(segment, ttl)) {
    registry_.withdraw();
    return false;
  }
  probe_ = probe.number;
  acknowledgement_ = segment.acknowledgement;
  out_ = true;
  return true;
}

// The stamp of a send is queued before the packet can be answered.
void FlowLane::receive(std::vector<Answer>& out) {
  read_errors(out);
  read_segments(out);
}

void FlowLane::read_errors(std::vector<Answer>& out) {
  while (const auto message = reader_.read(fd_.get(), true)) {
    if (message->sent_id) {
      take_stamp(*message);
    } else if (message->error) {
      take_error(*message, out);
    }
  }
}

void FlowLane::take_stamp(const SocketMessage& message) {
  const Sent& sent = sent_[probe_ % kRemembered];
  SentProbe* probe = registry_.find(probe_);
  if (probe == nullptr || !out_ || sent.sends != *message.sent_id) return;
  if (message.stamp) probe->left_wall = message.stamp;
}

// Of all errors about segments to the peer, those that quote a probe.
void FlowLane::take_error(const SocketMessage& message,
                          std::vector<Answer>& out) {
  constexpr std::size_t kSequenceEnds = 8;
  auto answer = read_icmp_error(message, v6_, ProbeProtocol::tcp,
                                v6_ ? kIp6Header : kIp4Header);
  const auto quoted = read_quoted_segment(message.data);
  if (!answer || !quoted || message.data.size() < kSequenceEnds ||
      quoted->source_port != source_port || quoted->port != plan_.port ||
      message.peer != plan_.target) {
    return;
  }
  const std::uint32_t sequence = load_be32(&message.data[4]);
  const auto sent =
      std::find_if(sent_.begin(), sent_.end(), [&](const Sent& s) {
        return s.probe != kNone && s.sequence == sequence;
      });
  if (sent == sent_.end()) return;  // the connection's own
  SentProbe* probe = registry_.find(sent->probe);
  if (probe == nullptr || probe->lane != index_ ||
      probe->state == ProbeState::answered) {
    ++strangers;
    return;
  }
  answer->quoted = quoted;
  finish(*probe, message, std::move(*answer), out);
}

std::optional<PeerSegment> FlowLane::segment_in(
    const SocketMessage& message) const {
  Bytes packet = message.data;
  if (!v6_) {
    if (packet.size() < kIp4Header) return std::nullopt;
    const std::size_t header = (packet[0] & 15u) * 4u;
    if (header > packet.size()) return std::nullopt;
    packet = packet.subspan(header);
  }
  auto segment = read_peer_segment(packet);
  if (segment && (segment->from != plan_.port || segment->to != source_port)) {
    return std::nullopt;
  }
  return segment;
}

// A reset takes the number that the probe acknowledged (RFC 9293, 3.10.7.1).
bool FlowLane::answers(const PeerSegment& segment) const {
  if (segment.reset) return segment.sequence == acknowledgement_;
  return segment.bare && segment.window != 0 && heard_ &&
         segment.acknowledged == heard_->acknowledged &&
         segment.window == heard_->window;
}

void FlowLane::read_segments(std::vector<Answer>& out) {
  while (const auto message = reader_.read(fd_.get(), false)) {
    const auto segment = segment_in(*message);
    if (!segment) continue;
    SentProbe* probe = out_ ? registry_.find(probe_) : nullptr;
    if (probe != nullptr && answers(*segment)) {
      Answer answer;
      answer.kind = AnswerKind::reached;
      answer.from = plan_.target;
      if (!probe->left_wall) read_errors(out);
      if (out_) finish(*probe, *message, std::move(answer), out);
    }
    if (!segment->reset) heard_ = segment;
  }
}

void FlowLane::finish(SentProbe& probe, const SocketMessage& message,
                      Answer answer, std::vector<Answer>& out) {
  time_answer(probe, Instant::now(), message.stamp, answer);
  answer.probe = probe.number;
  answer.late = probe.state == ProbeState::expired;
  answer.reply_ttl = message.ttl;
  registry_.settle(probe, ProbeState::answered);
  if (probe.number == probe_) out_ = false;
  out.push_back(std::move(answer));
}

}  // namespace

Result<std::unique_ptr<Lane>> open_flow_lane(const ProbePlan& plan,
                                             std::uint16_t index,
                                             Registry& registry) {
  const auto own = static_cast<Port>(plan.source_port + index);
  auto fd = plan.segments(!plan.target.is_v4(), own, plan.port);
  if (!fd) return std::move(fd.error());
  auto lane = std::make_unique<FlowLane>(plan, index, registry, OwnedFd(*fd));
  if (auto done = lane->connect_to_peer(); !done) {
    return std::move(done.error());
  }
  return std::unique_ptr<Lane>(std::move(lane));
}

}  // namespace netlat
