#include "netlat/publish/flight_recorder.h"

#include <algorithm>
#include <cstring>

namespace netlat {

FlightRecorder::FlightRecorder(std::size_t octets)
    : size_(std::max(octets, kLeastOctets) / kAlign * kAlign),
      ring_(std::make_unique_for_overwrite<std::uint8_t[]>(size_)) {}

void FlightRecorder::drop_oldest() {
  std::uint32_t words[2];
  std::memcpy(words, &ring_[at(tail_)], sizeof words);
  tail_ += words[0];
  if (words[1] != kFiller) --packets_;
}

void FlightRecorder::make_room(std::size_t octets) {
  while (head_ + octets - tail_ > size_) drop_oldest();
}

FlightRecorder::Position FlightRecorder::add(const PacketView& packet,
                                             std::size_t keep) {
  keep = std::min({keep, packet.data.size(), kMostKept});
  const std::size_t size =
      (sizeof(Entry) + keep + kAlign - 1) / kAlign * kAlign;
  const std::size_t left = size_ - at(head_);
  if (left < size) {
    make_room(left);
    const std::uint32_t filler[2] = {static_cast<std::uint32_t>(left), kFiller};
    std::memcpy(&ring_[at(head_)], filler, sizeof filler);
    head_ += left;
  }
  make_room(size);
  const Position position = head_;
  const Entry entry{static_cast<std::uint32_t>(size),
                    static_cast<std::uint32_t>(keep),
                    packet.time,
                    packet.wire_length,
                    packet.interface,
                    packet.direction,
                    {}};
  std::uint8_t* const to = &ring_[at(position)];
  std::memcpy(to, &entry, sizeof entry);
  if (keep > 0) std::memcpy(to + sizeof entry, packet.data.data(), keep);
  head_ += size;
  ++packets_;
  return position;
}

void FlightRecorder::judge(Position position, const PacketVerdict& verdict) {
  if (position < tail_ || position >= head_) return;
  std::memcpy(&ring_[at(position)] + offsetof(Entry, verdict), &verdict,
              sizeof verdict);
}

std::optional<RecordedPacket> FlightRecorder::read(Position& position) const {
  position = std::max(position, tail_);
  while (position < head_) {
    const std::uint8_t* const from = &ring_[at(position)];
    std::uint32_t words[2];
    std::memcpy(words, from, sizeof words);
    position += words[0];
    if (words[1] == kFiller) continue;
    Entry entry;
    std::memcpy(&entry, from, sizeof entry);
    return RecordedPacket{
        entry.time,      entry.wire_length,
        entry.interface, entry.direction,
        entry.verdict,   Bytes(from + sizeof entry, entry.captured)};
  }
  return std::nullopt;
}

}  // namespace netlat
