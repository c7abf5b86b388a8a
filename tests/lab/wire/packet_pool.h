// Packets under way, in memory that is taken once and given back to a list.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/lab/wire/faults.h"

namespace lab {

struct Packet {
  Packet* next = nullptr;  // in the free list or a list of held packets
  uint8_t* storage = nullptr;
  uint32_t length = 0;
  uint32_t pair = 0;
  int64_t arrival_ns = 0;   // CLOCK_REALTIME
  int64_t intended_ns = 0;  // delay asked for
  Decision decision;
  Sighting sighting;
  PacketView view;  // as the packet entered

  Octets octets() { return {storage, length}; }
};

// First in, first out.
class PacketList {
 public:
  void append(Packet* packet) {
    packet->next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = packet;
    last_ = packet;
  }
  // Null if empty.
  Packet* take() {
    Packet* const packet = first_;
    if (packet != nullptr) first_ = packet->next;
    return packet;
  }

 private:
  Packet* first_ = nullptr;
  Packet* last_ = nullptr;
};

// Has room for a burst from the start; what it needs beyond comes in blocks
// small enough to delay nobody. Not thread-safe.
class PacketPool {
 public:
  explicit PacketPool(size_t octets_per_packet)
      : slot_octets_((octets_per_packet + 63) / 64 * 64) {
    while (blocks_.size() < kFirstBlocks) grow();
  }

  size_t slot_octets() const { return slot_octets_; }

  // The caller gives it back.
  Packet* take() {
    if (free_ == nullptr) grow();
    Packet* const packet = free_;
    free_ = packet->next;
    packet->next = nullptr;
    return packet;
  }
  void give_back(Packet* packet) {
    packet->next = free_;
    free_ = packet;
  }
  // So much is under way that no more should be read.
  bool full() const { return blocks_.size() > kMostBlocks; }

 private:
  static constexpr size_t kBlockPackets = 256;
  static constexpr size_t kFirstBlocks = 64;
  static constexpr size_t kMostBlocks = 1600;

  struct Block {
    std::vector<Packet> packets;
    std::vector<uint8_t> octets;
  };

  void grow() {
    Block& block = *blocks_.emplace_back(std::make_unique<Block>());
    block.packets.resize(kBlockPackets);
    block.octets.resize(kBlockPackets * slot_octets_);
    for (size_t i = 0; i < kBlockPackets; ++i) {
      block.packets[i].storage = &block.octets[i * slot_octets_];
      give_back(&block.packets[i]);
    }
  }

  size_t slot_octets_;
  Packet* free_ = nullptr;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace lab
