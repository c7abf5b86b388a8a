#include "tools/capture/recorder_share.h"

#include <algorithm>

#include "netlat/report/pcapng_writer.h"

namespace netlat {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

// The strictest of the objectives: what is within all is not worth a word.
CommentLimits limits_of(const std::vector<Objective>& objectives) {
  CommentLimits limits;
  for (const Objective& o : objectives) {
    if (o.quantity == ObjectiveQuantity::network) {
      limits.rtt = std::min(limits.rtt, o.limit);
    } else if (o.quantity == ObjectiveQuantity::service) {
      limits.service = std::min(limits.service, o.limit);
    }
  }
  return limits;
}

}  // namespace

RecorderShare::RecorderShare(const CaptureOptions& options, std::size_t number,
                             std::size_t threads)
    : number_(static_cast<std::uint32_t>(number)),
      threads_(static_cast<std::uint32_t>(threads)),
      ring_(options.recorder.octets / threads),
      payload_(options.recorder.payload),
      limits_(limits_of(options.objectives)),
      addresses_(options.zones.maps.empty() ? 0 : kAddresses) {}

std::size_t RecorderShare::kept_octets(const PacketView& packet,
                                       const Segment* segment) const {
  if (payload_) return packet.data.size();
  // What is not understood may be payload from its first octet on.
  if (segment == nullptr) return 0;
  if (segment->payload.empty()) return packet.data.size();
  return static_cast<std::size_t>(segment->payload.data() - packet.data.data());
}

void RecorderShare::note(const IpAddress& address) {
  // Any spread will do: who chooses addresses that collide loses names.
  const std::uint64_t mixed =
      (address.word0() ^ address.word1()) * 0x9e37'79b9'7f4a'7c15;
  addresses_[mixed >> 52] = address;
  static_assert(kAddresses == 1 << (64 - 52));
}

void RecorderShare::add(const PacketView& packet, const Segment* segment) {
  const auto position = ring_.add(packet, kept_octets(packet, segment));
  if (segment == nullptr) return;
  positions_[positioned_++] = position;
  if (addresses_.empty()) return;
  note(segment->source);
  note(segment->destination);
}

void RecorderShare::judge(std::span<const Segment> batch,
                          std::span<const SegmentFacts> facts) {
  for (std::size_t i = 0; i < positioned_; ++i) {
    if (batch[i].transport != Transport::tcp) continue;
    PacketVerdict verdict = packet_verdict(batch[i], facts[i]);
    verdict.flow_id = verdict.flow_id * threads_ + number_;
    ring_.judge(positions_[i], verdict);
  }
  positioned_ = 0;
}

void RecorderShare::begin(const RecordingOrder& order) {
  Writing writing{order, ring_.begin(), ring_.end()};
  for (auto at = writing.next; const auto packet = ring_.read(at);) {
    if (packet->time >= order.from) break;
    writing.next = at;
  }
  writing_ = writing;
}

RecordingPiece RecorderShare::next() {
  RecordingPiece piece;
  piece.number = writing_->order.number;
  if (!writing_->begun) {
    std::copy_if(addresses_.begin(), addresses_.end(),
                 std::back_inserter(piece.addresses),
                 [](const IpAddress& a) { return !(a == IpAddress{}); });
    writing_->begun = true;
  }
  while (piece.octets.size() < kPiece && writing_->next < writing_->end) {
    if (writing_->next < ring_.begin()) {
      writing_->gone += ring_.begin() - writing_->next;
    }
    const auto packet = ring_.read(writing_->next);
    if (!packet) break;
    // Interfaces that came since the file began are not described in it.
    if (packet->interface >= writing_->order.described) continue;
    const std::string comment = packet_comment(packet->verdict, limits_);
    put_packet(piece.octets,
               {packet->interface, packet->time, packet->wire_length,
                packet->data, packet->direction, comment});
    piece.blocks.push_back({packet->time, piece.octets.size()});
  }
  if (writing_->next >= writing_->end || piece.octets.empty()) {
    piece.last = true;
    piece.gone = writing_->gone;
    writing_.reset();
  }
  return piece;
}

RecorderNumbers RecorderShare::numbers() const {
  RecorderNumbers numbers;
  numbers.packets = ring_.packets();
  numbers.bytes = ring_.octets();
  return numbers;
}

}  // namespace netlat
