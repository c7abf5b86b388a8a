#pragma once
// The latency distributions of every live connection.
//
// Problem: six distributions for each of a million connections.  Most have a
// handshake and a few requests, some have millions of samples; a connection
// with all of its state should average 512 octets or less.
// Method: three forms, by number of samples.
//   none     the connection's entry in a table of 4-octet handles, nothing
//            else: half-open floods cost only that.
//   few      up to 24 samples as they came, 6 to a block of 64 octets.
//   counted  exact totals for each distribution, and a log of (distribution,
//            bucket), 2 octets a sample, 28 to a block.  At 224 entries the
//            log is counted into pages of 16 buckets (136 octets) and starts
//            anew.
// All three answer exactly as an ExponentialHistogram of the same samples.
// Cost: add touches one cache line beside the handle in the first forms, three
// in the last; counting the log out amortises to a few nanoseconds.  No malloc
// once the pools have grown to the number of connections alive at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/measure/block_pool.h"
#include "netlat/measure/bucket_index.h"
#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/quantiles.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

/// What a sample measures; the halves and classes are those of FlowRecord.
enum class Distribution : std::uint8_t {
  server_network,
  server_ack,
  client_network,
  client_ack,
  service,
  elapsed,
};
inline constexpr std::size_t kDistributions = 6;

class FlowSamples {
 public:
  /// Makes room for handles of connections 0 to `connections` - 1; more are
  /// made as they appear.
  explicit FlowSamples(std::size_t connections = 0) : handles_(connections) {}

  /// One sample of `connection`, an index into the flow table.  A negative
  /// duration counts as zero.
  void add(std::uint32_t connection, Distribution d, Nanos value);
  /// What ExponentialHistogram{}.quantiles() would say of the same samples.
  Quantiles quantiles(std::uint32_t connection, Distribution d) const;
  /// As if each sample were added to `into`.
  void merge_into(std::uint32_t connection, Distribution d,
                  ExponentialHistogram& into) const;
  /// Forgets the samples: the index may now mean another connection.
  void release(std::uint32_t connection) noexcept;

  /// Handles and pools, used or free.
  std::size_t memory_bytes() const noexcept;

 private:
  struct Few {
    static constexpr std::size_t kSamples = 6;
    static constexpr std::uint8_t kBlocks = 4;
    std::array<Nanos, kSamples> value;
    std::array<Distribution, kSamples> distribution;
    std::uint8_t used;
    std::uint8_t blocks;  // in the chain from here on
  };
  struct Log {
    static constexpr std::size_t kEntries = 28;
    static constexpr std::uint8_t kBlocks = 8;
    std::array<std::uint16_t, kEntries> entry;
  };
  // The newest samples first: `next` is an older block, and full.  One type
  // for both, so that what a growing connection gives back serves the next.
  struct Block {
    std::uint32_t next = 0;
    union {
      Few few{};
      Log log;
    };
  };
  // A log entry is distribution << kBucketBits | bucket number, where bucket
  // numbers count from the zero bucket; its upper part, without kPageBits, is
  // the key of the page that counts it.
  static constexpr unsigned kBucketBits = 11, kPageBits = 4;
  static constexpr unsigned kGroupBits = kBucketBits - kPageBits;
  struct Page {
    std::uint32_t next;
    std::uint32_t group;  // bucket number >> kPageBits
    std::array<std::uint64_t, 1U << kPageBits> counts;
  };
  struct Counted {
    std::array<SampleTotals, kDistributions> totals;
    std::array<std::uint32_t, kDistributions> pages;
    std::uint32_t log;
    std::uint8_t log_used;  // entries in the block `log`, the newest
    std::uint8_t log_blocks;
    std::uint32_t next;
  };
  static_assert(kHighestBucket - kZeroBucket < 1 << kBucketBits);
  static_assert(kDistributions << kBucketBits <= 1U << 16);
  static_assert(sizeof(Block) == 64);
  static_assert(sizeof(Page) == 136 && sizeof(Counted) <= 240);

  static constexpr std::uint32_t kIsCounted = 1U << 31;

  void add_counted(Counted& to, Distribution d, Nanos value);
  std::uint32_t count_few(std::uint32_t chain);
  void count_log(Counted& of);
  std::uint32_t add_page(Counted& of, std::uint32_t key);
  // The samples of one distribution: totals, and buckets in ascending order.
  SampleTotals gather(std::uint32_t connection, Distribution d,
                      std::vector<BucketCount>& buckets) const;

  std::vector<std::uint32_t> handles_;  // 0: none; kIsCounted: a Counted
  // While one log is counted: which page has which part of it.
  std::array<std::uint32_t, kDistributions << kGroupBits> page_of_{};
  BlockPool<Block> blocks_;
  BlockPool<Page> pages_;
  BlockPool<Counted> counted_;
};

}  // namespace netlat
