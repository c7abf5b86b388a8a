// Cutting. Each segment repeats the IP and TCP headers; the sequence number
// advances by the payload, the IPv4 identification by one (as Linux and most
// interfaces do), FIN and PSH stay with the last segment and CWR with the
// first (RFC 3168, 6.1.2), lengths and both checksums are made anew. Packets
// that need no cutting may still lack their checksum, which the host left to
// the "interface".
//
// Merging. A segment joins if it is the next one of the same flow with the
// same headers: acknowledgement, options with time stamps, TTL, DF and type
// of service, an identification one higher (or equal, with DF). A segment
// shorter than the first, or with PSH or FIN, is the last. The merged packet
// carries the partial checksum that receivers expect behind offload.

#include "tests/lab/wire/segmentation.h"

#include <algorithm>
#include <cstring>

#include "tests/lab/wire/checksum.h"

namespace lab {
namespace {

constexpr size_t kLongestPacket = 65535;
constexpr size_t kTcpFlagsAt = 13;

uint16_t host16(size_t value) {
  return static_cast<uint16_t>(value);
}

void store_ip_length(Octets packet, size_t length) {
  if (packet[0] >> 4U == 4)
    store16(packet, 2, static_cast<uint32_t>(length));
  else
    store16(packet, 4, static_cast<uint32_t>(length - 40));
}

// The host has left the sum of the pseudo header in the checksum's place.
void complete_checksum(Octets packet, const VnetHeader& header) {
  if (header.checksum_start + size_t{header.checksum_offset} + 2 >
      packet.size())
    return;
  uint16_t sum =
      checksum_finish(checksum_sum(packet.subspan(header.checksum_start)));
  if (sum == 0) sum = 0xffff;
  store16(packet, size_t{header.checksum_start} + header.checksum_offset, sum);
}

bool same(ConstOctets a, ConstOctets b, size_t from, size_t to) {
  return std::equal(a.begin() + static_cast<std::ptrdiff_t>(from),
                    a.begin() + static_cast<std::ptrdiff_t>(to),
                    b.begin() + static_cast<std::ptrdiff_t>(from));
}

}  // namespace

Cutter::Cutter(Octets packet, const VnetHeader& header)
    : packet_(packet), view_(parse_packet(packet)) {
  const bool cut = header.gso_type != VnetHeader::kNoGso &&
                   header.gso_size > 0 && view_.is_tcp();
  step_ = cut ? header.gso_size : 0;
  if (!cut && (header.flags & VnetHeader::kNeedsChecksum) != 0)
    complete_checksum(packet, header);
}

size_t Cutter::next(Octets out) {
  if (done_) return 0;
  const size_t headers = step_ == 0 ? packet_.size() : view_.payload_at;
  const uint32_t payload =
      step_ == 0 ? 0 : std::min(step_, view_.payload - cut_);
  const size_t length = headers + payload;
  if (length > out.size()) {
    done_ = true;
    return 0;
  }
  std::memcpy(out.data(), packet_.data(), headers);
  if (step_ == 0) {
    done_ = true;
    return length;
  }
  std::memcpy(out.data() + headers, packet_.data() + headers + cut_, payload);
  done_ = cut_ + payload >= view_.payload;
  const Octets segment = out.first(length);
  const size_t tcp = view_.transport_at;
  store_ip_length(segment, length);
  if (view_.version() == 4)
    store16(segment, 4, static_cast<uint32_t>(view_.ip_id + index_));
  store32(segment, tcp + 4, view_.seq + cut_);
  uint8_t flags = view_.flags;
  if (!done_) flags = static_cast<uint8_t>(flags & ~(kFin | kPsh));
  if (cut_ > 0) flags = static_cast<uint8_t>(flags & ~kCwr);
  segment[tcp + kTcpFlagsAt] = flags;
  fill_ip_checksum(segment);
  PacketView view = view_;
  view.ip_length = static_cast<uint32_t>(length);
  fill_transport_checksum(segment, view);
  cut_ += payload;
  ++index_;
  return length;
}

Merger::Merger() : octets_(kLongestPacket) {}

bool Merger::continues(ConstOctets packet, const PacketView& view) const {
  if (closed_ || view.payload == 0 || view.payload > step_ ||
      length_ + view.payload > octets_.size() || !view.is_tcp() ||
      view.payload_at != view_.payload_at ||
      view.transport_at != view_.transport_at ||
      view.version() != view_.version() || view.seq != view_.seq + payload_)
    return false;
  if ((view.flags & ~(kFin | kPsh)) != kAck) return false;
  const size_t tcp = view.transport_at;
  const ConstOctets first(octets_);
  if (view.version() == 4) {
    const auto step = static_cast<uint16_t>(view.ip_id - view_.ip_id);
    const bool in_turn = step == segments_ || (step == 0 && view.dont_fragment);
    if (!in_turn || !same(packet, first, 0, 2) || !same(packet, first, 6, 10) ||
        !same(packet, first, 12, tcp))
      return false;
  } else if (!same(packet, first, 0, 4) || !same(packet, first, 6, tcp)) {
    return false;
  }
  // Ports, acknowledgement, options.
  return same(packet, first, tcp, tcp + 4) &&
         same(packet, first, tcp + 8, tcp + 13) &&
         same(packet, first, tcp + 20, view.payload_at);
}

bool Merger::offer(ConstOctets packet, const PacketView& view) {
  if (empty()) {
    std::copy(packet.begin(), packet.end(), octets_.begin());
    length_ = packet.size();
    view_ = view;
    step_ = view.payload;
    payload_ = view.payload;
    flags_ = view.flags;
    closed_ = !view.is_tcp() || view.payload == 0 ||
              view.ip_length != packet.size() || view.flags != kAck;
  } else {
    if (!continues(packet, view)) return false;
    std::memcpy(&octets_[length_], packet.data() + view.payload_at,
                view.payload);
    length_ += view.payload;
    payload_ += view.payload;
    flags_ |= view.flags;
    closed_ = view.flags != kAck || view.payload < step_;
  }
  ++segments_;
  return true;
}

ConstOctets Merger::take(VnetHeader& header) {
  header = {};
  const Octets packet(octets_.data(), length_);
  if (segments_ > 1) {
    PacketView view = view_;
    view.ip_length = static_cast<uint32_t>(length_);
    store_ip_length(packet, length_);
    packet[view.transport_at + kTcpFlagsAt] = flags_;
    fill_ip_checksum(packet);
    const uint16_t sum = checksum_finish(pseudo_header_sum(packet, view));
    store16(packet, view.transport_at + transport_checksum_at(kTcp),
            static_cast<uint16_t>(~sum));
    header.flags = VnetHeader::kNeedsChecksum;
    header.gso_type =
        view.version() == 4 ? VnetHeader::kTcp4 : VnetHeader::kTcp6;
    header.gso_size = host16(step_);
    header.header_octets = host16(view.payload_at);
    header.checksum_start = host16(view.transport_at);
    header.checksum_offset = host16(transport_checksum_at(kTcp));
  }
  segments_ = 0;
  return packet;
}

}  // namespace lab
