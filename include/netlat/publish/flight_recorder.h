#pragma once
// The packets of the last while, in memory, in case they turn out to matter.
//
// Problem: what explains a spike passed before anybody knew that it would.
// Method: a ring of octets; each packet is copied to its end with room for a
// verdict beside it, which comes a moment later, and the oldest go.  Cost: one
// copy of the captured octets a packet; nothing is allocated after the start,
// and the memory is taken as it is first used.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "netlat/base/packet_view.h"
#include "netlat/report/packet_comment.h"

namespace netlat {

/// A packet in the ring.  `data` is valid until the next add().
struct RecordedPacket {
  Stamp time;
  std::uint32_t wire_length = 0;
  std::uint32_t interface = 0;
  FrameDirection direction = FrameDirection::unknown;
  PacketVerdict verdict;
  Bytes data;
};

class FlightRecorder {
 public:
  /// Where a packet stands; grows from packet to packet.
  using Position = std::uint64_t;

  static constexpr std::size_t kLeastOctets = std::size_t{1} << 20;

  /// `octets` below kLeastOctets means kLeastOctets.
  explicit FlightRecorder(std::size_t octets);

  /// Keeps the first `keep` octets of what was captured, at most kMostKept.
  static constexpr std::size_t kMostKept = std::size_t{256} << 10;
  Position add(const PacketView& packet, std::size_t keep);
  /// Ignored if the packet is gone.
  void judge(Position position, const PacketVerdict& verdict);

  /// Of the oldest packet; end() if there is none.
  Position begin() const noexcept { return tail_; }
  Position end() const noexcept { return head_; }
  /// The packet at `position` or the first one after it, before end(); moves
  /// `position` on to the next.
  std::optional<RecordedPacket> read(Position& position) const;

  std::uint64_t packets() const noexcept { return packets_; }
  /// Octets in use, what comes with each packet included.
  std::uint64_t octets() const noexcept { return head_ - tail_; }

 private:
  struct Entry {
    std::uint32_t size;  // of all of it, a multiple of kAlign
    std::uint32_t captured;
    Stamp time;
    std::uint32_t wire_length;
    std::uint32_t interface;
    FrameDirection direction;
    PacketVerdict verdict;
  };
  static constexpr std::size_t kAlign = 8;
  // Of what fills the rest of the ring before its beginning.
  static constexpr std::uint32_t kFiller = ~std::uint32_t{0};

  std::size_t at(Position position) const noexcept { return position % size_; }
  void drop_oldest();
  void make_room(std::size_t octets);

  std::size_t size_;
  std::unique_ptr<std::uint8_t[]> ring_;
  Position head_ = 0, tail_ = 0;  // octets ever written, ever dropped
  std::uint64_t packets_ = 0;
};

}  // namespace netlat
