#pragma once
// A counting board for the samples of one connection.
//
// Problem: quantiles want a connection's samples by bucket in ascending order;
// to sort them costs more than to count them, and to clear 1,701 counters for
// each of a million connections costs more than both.
// Method: one counter a bucket and kind of sample, and one bit that says
// whether it was touched.  Quantiles walk the bits from the largest sample
// down, emptying walks them all and clears what it meets.
// Cost: a sample is a table look-up and a few increments; the walks are one
// step for each bucket in use.  84 kB, of which a connection touches little:
// one board serves all connections in turn.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "netlat/base/time.h"
#include "netlat/measure/bucket_index.h"
#include "netlat/measure/quantiles.h"
#include "netlat/measure/sample_kind.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

class SampleBoard {
 public:
  /// A negative duration counts as zero.
  void add(SampleKind kind, Nanos value) noexcept {
    Board& board = of(kind);
    board.totals.add(value);
    board.add(bucket_number(value), 1);
  }
  /// The same for most durations there are.  Requires: all < 2^kShortBits.
  void add_short(SampleKind kind,
                 std::span<const std::uint32_t> durations) noexcept {
    Board& board = of(kind);
    ShortTotals totals;
    for (const std::uint32_t ns : durations) {
      totals.add(ns);
      board.add(short_bucket_number(ns), 1);
    }
    totals.add_to(board.totals);
  }
  /// Samples counted already: their totals, then each of their buckets.
  void add_totals(SampleKind kind, const SampleTotals& totals) noexcept {
    of(kind).totals.merge(totals);
  }
  void add_bucket(SampleKind kind, std::uint32_t number,
                  std::uint64_t count) noexcept {
    of(kind).add(number, count);
  }

  const SampleTotals& totals(SampleKind kind) const noexcept {
    return of(kind).totals;
  }
  /// What an ExponentialHistogram{} of the same samples would say.
  Quantiles quantiles(Distribution d) const;

  /// Calls each(bucket number, count) in ascending order for all buckets that
  /// have samples of `kind`; then none has.
  template <class Each>
  void drain(SampleKind kind, Each each) {
    Board& board = of(kind);
    const std::uint32_t end = board.words_end();
    for (std::uint32_t word = board.lowest_word(); word < end; ++word) {
      std::uint64_t bits = std::exchange(board.touched[word], 0);
      for (; bits != 0; bits &= bits - 1) {
        const std::uint32_t number =
            word << 6 | static_cast<std::uint32_t>(std::countr_zero(bits));
        each(number, std::exchange(board.counts[number], 0));
      }
    }
    board.totals = SampleTotals{};
  }
  void clear();

 private:
  static constexpr std::uint32_t kWords = (kBuckets + 63) / 64;
  struct Board {
    SampleTotals totals;
    std::uint64_t touched[kWords] = {};
    std::uint64_t counts[kWords * 64] = {};

    void add(std::uint32_t number, std::uint64_t count) noexcept {
      touched[number >> 6] |= std::uint64_t{1} << (number & 63);
      counts[number] += count;
    }
    std::int32_t lowest_positive() const noexcept;
    std::int32_t highest() const noexcept {
      return totals.n == 0 ? kZeroBucket : bucket_index(totals.max);
    }
    std::uint32_t lowest_word() const noexcept {
      return totals.n == 0 ? kWords : bucket_number(totals.min) >> 6;
    }
    std::uint32_t words_end() const noexcept {
      return totals.n == 0 ? 0 : (bucket_number(totals.max) >> 6) + 1;
    }
  };
  Board& of(SampleKind kind) noexcept {
    return boards_[static_cast<std::size_t>(kind)];
  }
  const Board& of(SampleKind kind) const noexcept {
    return boards_[static_cast<std::size_t>(kind)];
  }
  template <class... Boards>
  static Quantiles quantiles_of(const Boards&... boards);

  Board boards_[kSampleKinds];
};

}  // namespace netlat
