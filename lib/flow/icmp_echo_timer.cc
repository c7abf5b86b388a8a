#include "netlat/flow/icmp_echo_timer.h"

#include "lib/flow/elapsed.h"
#include "lib/flow/recent_table.h"
#include "lib/flow/sighting.h"

namespace netlat {
namespace {

enum class EchoKind : std::uint8_t { none, request, reply };

EchoKind echo_kind(const Segment& segment) {
  if (segment.later_fragment) return EchoKind::none;
  const std::uint8_t type = segment.icmp.type;
  if (segment.transport == Transport::icmp) {
    return type == 8   ? EchoKind::request
           : type == 0 ? EchoKind::reply
                       : EchoKind::none;
  }
  if (segment.transport == Transport::icmp6) {
    return type == 128   ? EchoKind::request
           : type == 129 ? EchoKind::reply
                         : EchoKind::none;
  }
  return EchoKind::none;
}

// Stays after its reply, so that a second reply is known for what it is.
struct Request {
  EchoRequest request;
  Stamp first, last;
  std::uint32_t repeats = 0;
  Sighting sighting;
  bool answered = false;
};

FlowWords echo_words(const IpAddress& requester, const IpAddress& responder,
                     const Segment& segment) {
  return flow_words(
      requester, 0, responder, 0, segment,
      std::uint32_t{segment.icmp.id} << 16 | segment.icmp.sequence);
}

bool any(const Request&) {
  return true;
}

}  // namespace

struct IcmpEchoTimer::State {
  State(const KeyedHash& hash, std::size_t slots) : table(slots, hash) {}

  using Table = RecentTable<Request>;
  Table table;
  EchoCounters count;
  std::size_t waiting = 0;

  void request(const Segment& segment);
  void remember(const Segment& segment, const FlowWords& key);
  std::optional<EchoReply> reply(const Segment& segment);
};

void IcmpEchoTimer::State::remember(const Segment& segment,
                                    const FlowWords& key) {
  ++count.requests;
  const std::size_t slot =
      table.insert(key, segment.time, [&](const Request& old, Stamp) {
        if (old.answered) return;
        --waiting;
        const bool late = elapsed(old.last, segment.time) > kEchoTimeout;
        ++(late ? count.unanswered : count.evicted);
      });
  ++waiting;
  Request& request = table.value(slot);
  request.request = {segment.source, segment.destination, segment.vantage,
                     segment.icmp.id, segment.icmp.sequence};
  request.first = request.last = segment.time;
  request.sighting = Sighting::of(segment);
}

void IcmpEchoTimer::State::request(const Segment& segment) {
  const FlowWords key =
      echo_words(segment.source, segment.destination, segment);
  const std::size_t slot = table.find(key, any);
  if (slot == Table::kNone) {
    remember(segment, key);
    return;
  }
  Request& old = table.value(slot);
  if (old.sighting.same_packet(Sighting::of(segment)) &&
      elapsed(old.last, segment.time) <= kEchoTimeout) {
    ++count.duplicates;
  } else if (old.answered || elapsed(old.last, segment.time) > kEchoTimeout) {
    if (!old.answered) {
      ++count.unanswered;
      --waiting;
    }
    table.erase(slot);
    remember(segment, key);
  } else {
    ++count.repeats;
    ++old.repeats;
    old.last = segment.time;
    old.sighting = Sighting::of(segment);
    table.touch(slot, segment.time);
  }
}

std::optional<EchoReply> IcmpEchoTimer::State::reply(const Segment& segment) {
  const FlowWords key =
      echo_words(segment.destination, segment.source, segment);
  const std::size_t slot = table.find(key, any);
  if (slot == Table::kNone) {
    ++count.unmatched;
    return std::nullopt;
  }
  Request& request = table.value(slot);
  if (request.answered) {
    ++count.duplicate_replies;
    return std::nullopt;
  }
  --waiting;
  if (elapsed(request.last, segment.time) > kEchoTimeout) {
    ++count.unanswered;
    ++count.unmatched;
    table.erase(slot);
    return std::nullopt;
  }
  request.answered = true;
  if (segment.time < request.last) {
    ++count.negative;
    return std::nullopt;
  }
  ++count.replies;
  return EchoReply{request.request, elapsed(request.first, segment.time),
                   elapsed(request.last, segment.time), request.repeats};
}

IcmpEchoTimer::IcmpEchoTimer(const KeyedHash& hash, std::size_t slots)
    : state_(std::make_unique<State>(hash, slots)) {}
IcmpEchoTimer::IcmpEchoTimer(IcmpEchoTimer&&) noexcept = default;
IcmpEchoTimer& IcmpEchoTimer::operator=(IcmpEchoTimer&&) noexcept = default;
IcmpEchoTimer::~IcmpEchoTimer() = default;

std::optional<EchoReply> IcmpEchoTimer::advance(const Segment& segment) {
  switch (echo_kind(segment)) {
    case EchoKind::request:
      state_->request(segment);
      return std::nullopt;
    case EchoKind::reply:
      return state_->reply(segment);
    case EchoKind::none:
      break;
  }
  return std::nullopt;
}

std::optional<EchoUnanswered> IcmpEchoTimer::take_unanswered(Stamp now) {
  const Stamp limit = before(now, kEchoTimeout);
  for (;;) {
    const std::size_t slot = state_->table.next_older(limit);
    if (slot == State::Table::kNone) return std::nullopt;
    const Request old = state_->table.value(slot);
    state_->table.erase(slot);
    if (old.answered) continue;
    --state_->waiting;
    ++state_->count.unanswered;
    return EchoUnanswered{old.request, old.first, old.last, old.repeats};
  }
}

std::size_t IcmpEchoTimer::pending() const noexcept {
  return state_->waiting;
}
const EchoCounters& IcmpEchoTimer::counters() const noexcept {
  return state_->count;
}

}  // namespace netlat
