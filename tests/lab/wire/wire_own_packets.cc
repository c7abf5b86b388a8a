// Packets that no host sent: resets and "too big" errors. They take their
// place behind what is under way in their pair and meet no fault.

#include <utility>

#include "tests/lab/wire/craft.h"
#include "tests/lab/wire/wire.h"

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

bool concerns(const RstCommand& command, const FlowKey& key) {
  if (!command.flow) return true;
  const auto& [a, b] = *command.flow;
  return (a == key.first && b == key.second) ||
         (b == key.first && a == key.second);
}

}  // namespace

// What a middlebox without state for a flow answers (RFC 9293, 3.5.2).
void Wire::reset_sender(const Packet& packet, const Pair& pair,
                        const Moment& now) {
  const PacketView& view = packet.view;
  if ((view.flags & kRst) != 0) return;
  const bool acknowledges = (view.flags & kAck) != 0;
  const Reset reset{view.destination, view.source, acknowledges ? view.ack : 0,
                    view.seq + view.payload, !acknowledges};
  Packet* const answer = make(pair.reverse, Verdict::kRst, now);
  answer->decision.reason = Reason::kForgotten;
  inject(answer, build_reset(reset, storage_of(*answer)), now);
}

// The hop that would have carried it answers: the far device, or the packet's
// destination if that device has no address here.
void Wire::refuse_too_big(const Packet& packet, const Pair& pair,
                          const Moment& now) {
  if (packet.view.version() == 0) return;
  const Address router = topology_.address_of(pair.to, packet.view.version())
                             .value_or(packet.view.destination.address);
  const auto mtu = static_cast<uint32_t>(pair.faults.settings().mtu);
  Packet* const answer = make(pair.reverse, Verdict::kIcmp, now);
  answer->decision.reason = Reason::kMtu;
  const ConstOctets quoted(packet.storage, packet.length);
  inject(answer,
         build_too_big(quoted, packet.view, router, mtu, storage_of(*answer)),
         now);
}

Packet* Wire::make(uint32_t pair, Verdict verdict, const Moment& now) {
  Packet* const packet = pool_.take();
  packet->pair = pair;
  packet->arrival_ns = now.realtime_ns;
  packet->decision = {};
  packet->decision.verdict = verdict;
  packet->sighting = {};
  return packet;
}

Octets Wire::storage_of(Packet& packet) const {
  return {packet.storage, pool_.slot_octets()};
}

void Wire::inject(Packet* packet, size_t length, const Moment& now) {
  packet->length = static_cast<uint32_t>(length);
  packet->view = parse_packet(packet->octets());
  Pair& pair = topology_.pair(packet->pair);
  ++pair.counters.packets;
  pair.counters.octets += length;
  packet->decision.due_ns = pair.faults.due(now.monotonic_ns);
  packet->intended_ns = packet->decision.due_ns - now.monotonic_ns;
  schedule(packet);
}

// The reset comes from the sender of the pair's direction, and its sequence
// number is the next one its receiver expects once all that is under way has
// arrived.
Result<std::string> Wire::reset_flows(const RstCommand& command) {
  const auto pairs = topology_.match(command.pair);
  if (!pairs) return pairs.error();
  const Moment now = Moment::now();
  size_t count = 0;
  for (const uint32_t index : *pairs) {
    const Pair& pair = topology_.pair(index);
    for (const auto& [key, flow] : flows_) {
      if (key.link != pair.link || flow.closed || !concerns(command, key))
        continue;
      const FlowDirection& there = flow.direction.at(pair.direction);
      const FlowDirection& back = flow.direction.at(1 - pair.direction);
      Reset reset{key.first, key.second, there.seen ? there.end : back.ack,
                  back.end, back.seen};
      if (pair.direction == 1) std::swap(reset.source, reset.destination);
      Packet* const packet = make(index, Verdict::kRst, now);
      packet->decision.reason = Reason::kScriptRst;
      inject(packet, build_reset(reset, storage_of(*packet)), now);
      ++count;
    }
  }
  if (count == 0) return Error{"no such flow is open on this wire"};
  return "ok " + std::to_string(count) + (count == 1 ? " flow" : " flows");
}

}  // namespace lab
