// Which segment is new, and which one repeats.
//
// A segment with payload is new if it ends beyond the highest end its flow
// and direction has shown here, in 32-bit serial arithmetic, and otherwise a
// retransmission. Segments are judged in the order their sender emitted them,
// before any fault, so reordering and loss cannot mislead this: on the link
// nearest to the sender the answer is exact. A keep-alive (one octet below
// the end) counts as a retransmission. A SYN without ACK starts its flow
// afresh, so reused ports are a new flow.
//
// A flow not seen before starts at the sequence number of its first packet.

#include "tests/lab/wire/flow_memory.h"

#include <utility>

namespace lab {
namespace {

constexpr int64_t kSweepIdleNs = 120'000'000'000;

bool starts_flow(const PacketView& view) {
  return (view.flags & (kSyn | kAck)) == kSyn;
}

Kind datagram_kind(const PacketView& view) {
  const bool data =
      view.has_transport && view.protocol == kUdp && view.payload > 0;
  return data ? Kind::kDatagram : Kind::kOther;
}

Kind segment_kind(const PacketView& view, bool fresh) {
  if ((view.flags & kSyn) != 0)
    return (view.flags & kAck) != 0 ? Kind::kSynAck : Kind::kSyn;
  if ((view.flags & kRst) != 0) return Kind::kRst;
  if (view.payload > 0) return fresh ? Kind::kData : Kind::kRetransmission;
  return (view.flags & kFin) != 0 ? Kind::kFin : Kind::kAck;
}

}  // namespace

size_t FlowKeyHash::operator()(const FlowKey& key) const {
  const AddressHash hash;
  size_t out = hash(key.first.address) * 31 + hash(key.second.address);
  out = out * 31 + key.first.port;
  out = out * 65599 + key.second.port;
  return out * 31 + key.link;
}

Sighting FlowMemory::observe(uint32_t link, unsigned direction,
                             const PacketView& view, int64_t now_ns,
                             int64_t idle_limit_ns) {
  if (!view.is_tcp()) return {nullptr, datagram_kind(view), 0};
  FlowKey key{link, view.source, view.destination};
  if (direction == 1) std::swap(key.first, key.second);
  if (flows_.size() >= sweep_at_) sweep(now_ns);
  const auto [place, is_new] = flows_.try_emplace(key);
  Flow& flow = place->second;
  if (starts_flow(view)) {
    flow.direction = {};
    flow.closed = false;
    flow.forgotten = false;
  } else if (!is_new && idle_limit_ns > 0 &&
             now_ns - flow.last_ns > idle_limit_ns) {
    flow.forgotten = true;
  }
  flow.last_ns = now_ns;

  FlowDirection& side = flow.direction[direction];
  const bool syn = (view.flags & kSyn) != 0;
  if (!side.seen) side.end = view.seq;
  side.seen = true;
  const uint32_t data_end = view.seq + view.payload + (syn ? 1 : 0);
  const bool fresh = serial_after(data_end, side.end);
  const uint32_t end = data_end + ((view.flags & kFin) != 0 ? 1 : 0);
  if ((view.flags & kRst) == 0 && serial_after(end, side.end)) side.end = end;
  if ((view.flags & kAck) != 0) side.ack = view.ack;
  if ((view.flags & kFin) != 0) side.fin = true;
  if ((view.flags & kRst) != 0 ||
      (side.fin && flow.direction[1 - direction].fin))
    flow.closed = true;
  const Kind kind = segment_kind(view, fresh);
  const bool data = kind == Kind::kData || kind == Kind::kRetransmission;
  if (data) ++side.data_segments;
  return {&flow, kind, data ? side.data_segments : 0};
}

void FlowMemory::sweep(int64_t now_ns) {
  std::erase_if(flows_, [now_ns](const auto& entry) {
    const Flow& flow = entry.second;
    return flow.in_flight == 0 && now_ns - flow.last_ns > kSweepIdleNs;
  });
  sweep_at_ = flows_.size() * 2 + 65536;
}

}  // namespace lab
