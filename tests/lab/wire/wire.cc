// One thread, no locks. It sleeps until a device has a packet or until
// shortly before the next packet is due, and then polls without sleeping: the
// timer's wake-up would come some tens of microseconds late. Due packets are
// looked for after every packet read, so a burst coming in does not hold back
// what must go out.
//
// A packet's arrival is the moment its read returned; its due time counts
// from there on the monotonic clock, so nothing accumulates. Cutting comes
// before any decision and merging after: everything between is about packets
// as a link carries them.

#include "tests/lab/wire/wire.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "tests/lab/wire/checksum.h"
#include "tests/lab/wire/craft.h"

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

constexpr int64_t kSpinNs = 50'000;
constexpr int kBatch = 64;
constexpr uint32_t kControlTag = UINT32_MAX;
constexpr uint32_t kStopTag = UINT32_MAX - 1;
constexpr size_t kLongestPacket = 65535;
// Beyond the MTU: a host may raise it by hand.
constexpr size_t kSlotMargin = 128;

size_t slot_octets(const Topology& topology) {
  size_t octets = kCraftedOctets;
  for (const DeviceSpec& spec : topology.devices())
    octets = std::max(octets, static_cast<size_t>(spec.mtu) + kSlotMargin);
  return octets;
}

void zero_ip_id(Packet& packet) {
  if (packet.view.version() != 4 || !packet.view.dont_fragment) return;
  store16(packet.octets(), 4, 0);
  fill_ip_checksum(packet.octets());
}

}  // namespace

Moment Moment::now() {
  return {lab::monotonic_ns(), lab::realtime_ns()};
}

Wire::Wire(Topology topology, Control& control, LogWriter& log)
    : topology_(std::move(topology)),
      control_(control),
      log_(log),
      pool_(slot_octets(topology_)),
      scratch_(kLongestPacket) {}

Wire::~Wire() {
  if (epoll_fd_ >= 0) close(epoll_fd_);
}

Result<std::unique_ptr<Wire>> Wire::open(Topology topology, Control& control,
                                         LogWriter& log, int stop_fd) {
  std::unique_ptr<Wire> wire(new Wire(std::move(topology), control, log));
  wire->epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  for (const DeviceSpec& spec : wire->topology_.devices()) {
    auto device = Device::open(spec);
    if (!device) return std::move(device.error());
    wire->ports_.emplace_back(*std::move(device));
  }
  bool watched =
      wire->watch(control.fd(), kControlTag) && wire->watch(stop_fd, kStopTag);
  for (uint32_t i = 0; i < wire->ports_.size(); ++i)
    watched = watched && wire->watch(wire->ports_[i].device.fd(), i);
  if (!watched) return Error{std::string("epoll: ") + std::strerror(errno)};
  std::vector<std::string> names;
  for (const Pair& pair : wire->topology_.pairs()) names.push_back(pair.name);
  log.start(std::move(names));
  return wire;
}

bool Wire::watch(int fd, uint32_t tag) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = tag;
  return epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Wire::run() {
  do {
    release_due();
  } while (wait_and_receive());
  drop_what_is_left();
}

bool Wire::wait_and_receive() {
  std::array<epoll_event, 32> events{};
  const int count = wait(events);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<size_t>(i));
    const uint32_t tag = event.data.u32;
    if (tag == kStopTag) return false;
    if ((event.events & EPOLLIN) == 0) {
      // Somebody removed the device; its error would wake us for ever.
      epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, ports_.at(tag).device.fd(), nullptr);
      continue;
    }
    if (tag == kControlTag)
      control_.serve([this](std::string_view line) { return execute(line); });
    else
      receive(tag);
  }
  return true;
}

int Wire::wait(std::span<epoll_event> events) {
  const int64_t now_ns = monotonic_ns();
  if (const int64_t owed_ns = rest_.owed_ns(now_ns); owed_ns > 0) {
    const timespec pause{0, owed_ns};
    nanosleep(&pause, nullptr);
  }
  timespec timeout{};
  const timespec* until = nullptr;
  if (const int64_t due_ns = schedule_.next_due_ns();
      due_ns != Schedule::kNever) {
    const int64_t early_ns = rest_.may_spin() ? kSpinNs : 0;
    const int64_t wait_ns = std::max(int64_t{0}, due_ns - now_ns - early_ns);
    timeout = {wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
    until = &timeout;
  }
  const int count =
      epoll_pwait2(epoll_fd_, events.data(), static_cast<int>(events.size()),
                   until, nullptr);
  rest_.waited(monotonic_ns() - now_ns);
  return count;
}

void Wire::receive(uint32_t port) {
  for (int i = 0; i < kBatch && !pool_.full(); ++i) {
    if (!receive_one(port)) return;
    if (schedule_.next_due_ns() <= monotonic_ns()) release_due();
  }
}

bool Wire::receive_one(uint32_t port) {
  return ports_[port].device.spec().offload ? receive_offloaded(port)
                                            : receive_plain(port);
}

// Reads straight into the packet's place.
bool Wire::receive_plain(uint32_t port) {
  Packet* const packet = pool_.take();
  VnetHeader header{};
  const size_t length =
      ports_[port].device.read({packet->storage, pool_.slot_octets()}, header);
  packet->length = static_cast<uint32_t>(length);
  if (length > 0)
    admit(packet, port, Moment::now());
  else
    pool_.give_back(packet);
  return length > 0;
}

bool Wire::receive_offloaded(uint32_t port) {
  VnetHeader header{};
  const size_t length = ports_[port].device.read(scratch_, header);
  if (length == 0) return false;
  const Moment now = Moment::now();
  Cutter cutter(Octets(scratch_).first(length), header);
  for (;;) {
    Packet* const packet = pool_.take();
    packet->length = static_cast<uint32_t>(
        cutter.next({packet->storage, pool_.slot_octets()}));
    if (packet->length == 0) {
      pool_.give_back(packet);
      return true;
    }
    admit(packet, port, now);
  }
}

void Wire::admit(Packet* packet, uint32_t port, const Moment& now) {
  packet->view = parse_packet(packet->octets());
  packet->arrival_ns = now.realtime_ns;
  packet->pair = topology_.route(port, packet->view.destination.address);
  packet->decision = {};
  packet->intended_ns = 0;
  log_.capture(now.realtime_ns, packet->octets());
  Pair& pair = topology_.pair(packet->pair);
  ++pair.counters.packets;
  pair.counters.octets += packet->length;
  const int64_t idle_ns = topology_.link(pair).forget_ns;
  packet->sighting = flows_.observe(pair.link, pair.direction, packet->view,
                                    now.monotonic_ns, idle_ns);
  if (pair.to == kNowhere) return discard(packet, Reason::kUnroutable);
  const Flow* const flow = packet->sighting.flow;
  if (idle_ns > 0 && flow != nullptr && flow->forgotten) {
    if (topology_.link(pair).forget_rst) reset_sender(*packet, pair, now);
    return discard(packet, Reason::kForgotten);
  }
  packet->decision =
      pair.faults.decide(packet->view, packet->sighting, now.monotonic_ns);
  if (packet->decision.verdict == Verdict::kDrop) {
    if (packet->decision.reason == Reason::kMtu &&
        pair.faults.settings().mtu_icmp)
      refuse_too_big(*packet, pair, now);
    return discard(packet, packet->decision.reason);
  }
  if (pair.faults.settings().zero_ip_id) zero_ip_id(*packet);
  packet->intended_ns = packet->decision.due_ns - now.monotonic_ns;
  schedule(packet);
  if (packet->decision.copy != Reason::kNone) schedule_copy(*packet);
}

void Wire::schedule(Packet* packet) {
  if (packet->sighting.flow != nullptr) ++packet->sighting.flow->in_flight;
  schedule_.put(packet);
}

void Wire::schedule_copy(const Packet& packet) {
  Packet* const copy = pool_.take();
  std::memcpy(copy->storage, packet.storage, packet.length);
  copy->length = packet.length;
  copy->pair = packet.pair;
  copy->arrival_ns = packet.arrival_ns;
  copy->intended_ns = packet.intended_ns;
  copy->decision = packet.decision;
  copy->decision.verdict = Verdict::kCopy;
  copy->decision.reason = packet.decision.copy;
  copy->sighting = packet.sighting;
  copy->view = packet.view;
  ++topology_.pair(packet.pair).counters.packets;
  schedule(copy);
}

void Wire::release_due() {
  while (Packet* const packet = schedule_.take_due(monotonic_ns())) {
    Pair& pair = topology_.pair(packet->pair);
    if (pair.faults.settings().hold) {
      pair.held.append(packet);
      continue;
    }
    // After a stall of this thread, what follows may still be unread.
    if (packet->sighting.kind == Kind::kData && pair.faults.awaits_tail())
      for (int i = 0; i < kBatch && receive_one(pair.from); ++i) continue;
    depart(packet);
  }
  for (Port& port : ports_)
    if (!port.merger.empty()) flush(port);
}

void Wire::depart(Packet* packet) {
  Pair& pair = topology_.pair(packet->pair);
  const Sighting& sighting = packet->sighting;
  if (sighting.flow != nullptr && packet->decision.faulty &&
      packet->decision.verdict != Verdict::kCopy) {
    const uint64_t segments =
        sighting.flow->direction.at(pair.direction).data_segments;
    if (pair.faults.ends_at_departure(packet->view, sighting, segments)) {
      leave_flow(*packet);
      return discard(packet, Reason::kScriptTail);
    }
  }
  leave_flow(*packet);
  Port& port = ports_[pair.to];
  if (port.device.spec().gro) return merge(packet, port);
  const Moment out = Moment::now();
  const bool taken = port.device.write(packet->octets(), {});
  finish(packet, taken, out);
}

void Wire::leave_flow(const Packet& packet) {
  if (packet.sighting.flow != nullptr) --packet.sighting.flow->in_flight;
}

void Wire::merge(Packet* packet, Port& port) {
  const PacketView view = parse_packet(packet->octets());
  if (!port.merger.offer(packet->octets(), view)) {
    flush(port);
    port.merger.offer(packet->octets(), view);
  }
  port.merged.push_back(packet);
}

void Wire::flush(Port& port) {
  VnetHeader header{};
  const ConstOctets octets = port.merger.take(header);
  const Moment out = Moment::now();
  const bool taken = port.device.write(octets, header);
  for (Packet* const packet : port.merged) finish(packet, taken, out);
  port.merged.clear();
}

void Wire::finish(Packet* packet, bool taken, const Moment& out) {
  if (!taken) return discard(packet, Reason::kWrite);
  PairCounters& counters = topology_.pair(packet->pair).counters;
  ++counters.delivered;
  ++counters.verdicts.at(static_cast<size_t>(packet->decision.verdict));
  if (packet->decision.verdict != Verdict::kHeld)
    lateness_.add(out.monotonic_ns - packet->decision.due_ns);
  log_.row(*packet, out.realtime_ns);
  pool_.give_back(packet);
}

void Wire::discard(Packet* packet, Reason reason) {
  packet->decision.verdict = Verdict::kDrop;
  packet->decision.reason = reason;
  PairCounters& counters = topology_.pair(packet->pair).counters;
  ++counters.verdicts.at(static_cast<size_t>(Verdict::kDrop));
  ++counters.drops.at(static_cast<size_t>(reason));
  log_.row(*packet, 0);
  pool_.give_back(packet);
}

void Wire::release_held(Pair& pair) {
  while (Packet* const packet = pair.held.take()) {
    packet->decision.verdict = Verdict::kHeld;
    packet->decision.reason = Reason::kHold;
    depart(packet);
  }
}

void Wire::drop_what_is_left() {
  for (Pair& pair : topology_.pairs())
    while (Packet* const packet = pair.held.take())
      discard(packet, Reason::kShutdown);
  while (Packet* const packet = schedule_.take_due(Schedule::kNever))
    discard(packet, Reason::kShutdown);
}

std::string Wire::statistics(bool with_pairs) {
  WireCounters counters;
  counters.log_stalls = log_.stalls();
  for (const Port& port : ports_)
    if (const auto dropped = port.device.dropped_by_host())
      counters.host_drops += *dropped;
  return statistics_json(topology_, lateness_, counters, with_pairs);
}

}  // namespace lab
