#pragma once
// The latency samples of every live connection.
//
// Problem: six distributions for each of a million connections.  Most have a
// handshake and a few requests, some have millions of samples; a connection
// with all of its state should average 512 octets or less, and an RTT sample
// comes with almost every packet.
// Method: samples are kept as they came, in words of 32 bits (the duration in
// nanoseconds and its kind; three words from half a second on), 15 to a block
// of 64 octets.  Only when 15 blocks are full are they counted, into exact
// totals and pages of 16 buckets, and a new log begins.  What a connection
// says is worked out when it is asked, from both (latencies.h), and equals
// what an ExponentialHistogram of the same samples says.
// Cost: add writes one word and one handle; it takes no branch on the value
// but the one for half a second.  A connection without samples costs its
// handle of 4 octets, so half-open floods cost only that.  No malloc once the
// pools have grown to the number of connections alive at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/measure/block_pool.h"
#include "netlat/measure/bucket_index.h"
#include "netlat/measure/latencies.h"
#include "netlat/measure/sample_kind.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

class FlowSamples {
 public:
  /// Makes room for handles of connections 0 to `connections` - 1; more are
  /// made as they appear.
  explicit FlowSamples(std::size_t connections = 0)
      : handles_(connections, kNothing) {}

  /// One sample of `connection`, an index into the flow table.  A negative
  /// duration counts as zero.
  void add(std::uint32_t connection, SampleKind kind, Nanos value) {
    const auto ns = static_cast<std::uint64_t>(value.count());
    if (connection < handles_.size() && ns < kLongest) [[likely]] {
      std::uint32_t& handle = handles_[connection];
      const std::uint32_t used = handle & kUsed;
      if (used < Block::kWords) [[likely]] {
        blocks_[handle >> kUsedBits].word[used] = word_of(ns, kind);
        ++handle;
        return;
      }
    }
    add_slowly(connection, kind, value);
  }
  /// The distributions of `connection`.  Valid until the next call; what is
  /// done to them does not touch the samples.
  Latencies& gather(std::uint32_t connection);
  /// Forgets the samples: the index may now mean another connection.
  void release(std::uint32_t connection) noexcept;

  /// Handles and pools, used or free.
  std::size_t memory_bytes() const noexcept;

 private:
  // A handle is block << kUsedBits | words used in it; the blocks before it
  // are full.  Without a block it is kNothing: no block, and that one full.
  static constexpr unsigned kUsedBits = 4;
  static constexpr std::uint32_t kUsed = (1U << kUsedBits) - 1;
  static constexpr std::uint32_t kNothing = kUsed;
  // In the same way `next` is older block << kUsedBits | depth, where the
  // oldest has depth 1 and names the Counted in place of a block.
  struct alignas(64) Block {
    static constexpr std::uint32_t kWords = kUsed, kDeepest = kUsed;
    std::uint32_t next;
    std::array<std::uint32_t, kWords> word;
  };
  // A word is duration << kKindBits | kind.  A longer duration takes three:
  // kind << kKindBits | kLong, and the upper and lower half of its 64 bits.
  static constexpr unsigned kKindBits = 3;
  static constexpr std::uint32_t kSkip = 6, kLong = 7;
  static constexpr std::uint64_t kLongest = 1ULL << (32 - kKindBits);
  static constexpr std::uint32_t kLongWords = 3;

  static constexpr unsigned kPageBits = 4;
  struct Page {
    std::uint32_t next;   // of a greater group
    std::uint32_t group;  // bucket number >> kPageBits
    std::array<std::uint64_t, 1U << kPageBits> counts;
  };
  struct Counted {
    std::uint32_t next;
    std::array<std::uint32_t, kSampleKinds> pages;
    std::array<SampleTotals, kSampleKinds> totals;
  };
  static_assert(sizeof(Block) == 64);
  static_assert(sizeof(Page) == 136 && sizeof(Counted) <= 224);
  static_assert(kSampleKinds <= kSkip);
  static_assert(kLongest == 1ULL << kShortBits);

  static std::uint32_t word_of(std::uint64_t ns, SampleKind kind) noexcept {
    return static_cast<std::uint32_t>(ns) << kKindBits |
           static_cast<std::uint32_t>(kind);
  }
  void add_slowly(std::uint32_t connection, SampleKind kind, Nanos value);
  void make_room(std::uint32_t& handle, std::uint32_t words);
  void count_block(const Block& block, std::uint32_t used) noexcept;
  std::uint32_t count_log(std::uint32_t handle) noexcept;
  std::uint32_t store_counts(std::uint32_t counted);
  void recall_counts(const Counted& counted);
  std::uint32_t give_log(std::uint32_t handle) noexcept;

  std::vector<std::uint32_t> handles_;
  BlockPool<Block> blocks_;
  BlockPool<Page> pages_;
  BlockPool<Counted> counted_;
  Latencies board_;  // what gather() gave, else empty
};

}  // namespace netlat
