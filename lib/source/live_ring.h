#pragma once
// Packets out of the kernel's ring (TPACKET_V3), where they lie.
//
// The kernel fills blocks one after the other and hands each over whole, when
// it is full or kRetireMilliseconds old.  Views point into the block that is
// being read; it goes back to the kernel when the next read finds it finished.
// No copy and no system call for a packet.

#include <linux/if_packet.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "netlat/base/packet_view.h"
#include "netlat/base/result.h"

namespace netlat {

/// What the link layer told beside the frame.
struct LinkFacts {
  std::uint32_t ifindex = 0;
  std::uint16_t hardware = 0;  ///< ARPHRD_
  std::uint16_t protocol = 0;  ///< Ethernet type, host order
};

/// Counts of the kernel since the ring was made.
struct RingCounts {
  std::uint64_t received = 0;  ///< passed the filter, dropped ones included
  std::uint64_t dropped = 0;   ///< no room in the ring
};

class LiveRing {
 public:
  /// Maps the ring of `fd`, which it owns from now on, also on failure.
  static Result<LiveRing> map(int fd, std::size_t block_size,
                              std::size_t blocks);
  LiveRing(LiveRing&& other) noexcept;
  LiveRing& operator=(LiveRing&& other) noexcept;
  ~LiveRing();

  int fd() const noexcept { return fd_; }

  /// The next packets and what is known of each; 0 if there are none now.
  /// Both are valid until the next call.  `view.interface` is left alone.
  std::size_t read(std::span<PacketView> views, std::span<LinkFacts> facts);

  /// Asks the kernel, which counts from 0 after each question.
  const RingCounts& ask_counts();

 private:
  LiveRing() = default;
  bool begin_block();
  void release_block();
  tpacket_block_desc& block() const noexcept;
  void take(PacketView& view, LinkFacts& facts);

  int fd_ = -1;
  std::uint8_t* memory_ = nullptr;
  std::size_t block_size_ = 0, blocks_ = 0;
  std::size_t current_ = 0;
  bool held_ = false;           // the current block is ours
  std::uint32_t left_ = 0;      // packets of it not given out
  std::uint8_t* at_ = nullptr;  // the next of them
  RingCounts counts_;
};

/// The tag that the kernel took out of an Ethernet frame, put back: `frame`
/// then begins four octets earlier.  Requires: these can be written, and the
/// frame has 12 octets.
std::uint8_t* put_tag_back(std::uint8_t* frame, std::uint16_t protocol,
                           std::uint16_t tag) noexcept;

}  // namespace netlat
