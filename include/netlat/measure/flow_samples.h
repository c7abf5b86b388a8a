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
// says is worked out when it is asked, from both, and equals what an
// ExponentialHistogram of the same samples says.
// Cost: add writes a word a sample and one handle; it takes no branch on the
// values but the one for half a second.  A connection without samples costs its
// handle of 4 octets, so half-open floods cost only that.  No malloc once the
// pools have grown to the number of connections alive at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/measure/block_pool.h"
#include "netlat/measure/bucket_index.h"
#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/sample_board.h"
#include "netlat/measure/sample_kind.h"
#include "netlat/measure/sample_log.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

/// By SampleKind.
using HistogramsByKind = std::array<ExponentialHistogram, kSampleKinds>;

class FlowSamples {
 public:
  static constexpr std::uint32_t kMostAtOnce = 4;

  /// Makes room for handles of connections 0 to `connections` - 1; more are
  /// made as they appear.
  explicit FlowSamples(std::size_t connections = 0)
      : handles_(connections, kNothing) {}

  /// The samples of one packet of `connection`, an index into the flow table.
  /// `each_sample(add)` calls add(kind, value) for each of the `n`, which are
  /// kMostAtOnce at most; it may be called twice.  A negative duration counts
  /// as zero.
  template <class EachSample>
  void add_all(std::uint32_t connection, std::uint32_t n,
               const EachSample& each_sample) {
    if (connection >= handles_.size()) [[unlikely]]
      grow(connection);
    std::uint32_t& handle = handles_.data()[connection];
    if ((handle & kUsed) + n > Block::kWords) [[unlikely]]
      make_room(handle, n);
    std::uint32_t* to =
        blocks_[handle >> kUsedBits].word.data() + (handle & kUsed);
    std::uint64_t all = 0;
    each_sample([&](SampleKind kind, Nanos value) {
      const auto ns = static_cast<std::uint64_t>(value.count());
      all |= ns;
      *to++ = word_of(kind, ns);
    });
    if (all < kLongest) [[likely]] {
      handle += n;
      return;
    }
    // What was written is not there.
    each_sample(
        [&](SampleKind kind, Nanos value) { add_any(handle, kind, value); });
  }
  /// One sample of `connection`.
  void add(std::uint32_t connection, SampleKind kind, Nanos value) {
    add_all(connection, 1, [&](const auto& add) { add(kind, value); });
  }

  /// Has the cache get the block of the log that lies `back` blocks before the
  /// newest, if there is one; those in between are read.
  void fetch(std::uint32_t connection, unsigned back) const noexcept;
  /// All samples of `connection`, counted.  Valid until the next call.
  const SampleBoard& gather(std::uint32_t connection);
  /// Adds each sample to the histogram of its kind.
  void add_to(std::uint32_t connection, HistogramsByKind& histograms);
  /// The same of what gather() gave last, which is empty then.
  void add_gathered_to(HistogramsByKind& histograms);
  /// How many there are of a kind and how many exceed `bound`.  Those that are
  /// no longer kept one by one, or are longer than half a second, may count as
  /// exceeding it though they do not.
  SampleTally tally(std::uint32_t connection, SampleKind kind, Nanos bound);
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
  static constexpr std::uint64_t kLongest = 1ULL << kShortBits;
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
  static_assert(kSkip == SampleLog::kNoKind);
  static_assert(SampleLog::kMost == Block::kWords * Block::kDeepest);
  static_assert(kShortBits + kKindBits == 32);

  static std::uint32_t word_of(SampleKind kind, std::uint64_t ns) noexcept {
    return static_cast<std::uint32_t>(ns) << kKindBits |
           static_cast<std::uint32_t>(kind);
  }
  void grow(std::uint32_t connection);
  void add_any(std::uint32_t& handle, SampleKind kind, Nanos value);
  void make_room(std::uint32_t& handle, std::uint32_t words);
  void unpack_block(const Block& block, std::uint32_t used);
  std::uint32_t unpack(std::uint32_t handle);
  void count_log();
  std::uint32_t store_counts(std::uint32_t counted);
  void recall_counts(const Counted& counted);
  std::uint32_t give_log(std::uint32_t handle) noexcept;

  std::vector<std::uint32_t> handles_;
  BlockPool<Block> blocks_;
  BlockPool<Page> pages_;
  BlockPool<Counted> counted_;
  SampleBoard board_;  // what gather() gave, else empty
  // What is in log_: often several ask for the samples of one connection.
  SampleLog log_;
  std::uint32_t unpacked_ = kNothing;  // its handle, and
  std::uint32_t before_log_ = 0;       // the Counted before it, 0: none
};

}  // namespace netlat
