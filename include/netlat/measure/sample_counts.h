#pragma once
// A counting board for the samples of one connection.
//
// Problem: quantiles and merging want a connection's samples by bucket in
// ascending order; to sort them costs more than to count them, and to clear
// 1,701 counters for each of a million connections costs more than both.
// Method: one counter a bucket and kind, and one bit that says whether it was
// touched; emptying walks the bits between the smallest and the largest sample
// and clears what it meets.
// Cost: a sample is a table look-up and three increments; emptying is one step
// for each bucket in use.  82 kB, of which a connection touches a few lines.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "netlat/base/time.h"
#include "netlat/measure/bucket_index.h"
#include "netlat/measure/sample_kind.h"
#include "netlat/measure/sample_totals.h"

namespace netlat {

class SampleCounts {
 public:
  /// A negative duration counts as zero.
  void add(SampleKind kind, Nanos value) noexcept {
    Board& board = of(kind);
    board.totals.add(value);
    board.add(bucket_number(value), 1);
  }
  /// The same.  Requires: ns < 2^kShortBits.
  void add_short(SampleKind kind, std::uint32_t ns) noexcept {
    Board& board = of(kind);
    SampleTotals& totals = board.totals;
    const Nanos value{ns};
    ++totals.n;
    totals.sum = saturating_sum(totals.sum, value);
    if (value < totals.min) totals.min = value;
    if (value > totals.max) totals.max = value;
    board.add(short_bucket_number(ns), 1);
  }
  /// Samples whose totals come by add_totals().
  void add(SampleKind kind, std::uint32_t number, std::uint64_t count) {
    of(kind).add(number, count);
  }
  void add_totals(SampleKind kind, const SampleTotals& totals) {
    of(kind).totals.merge(totals);
  }
  const SampleTotals& totals(SampleKind kind) const {
    return boards_[static_cast<std::size_t>(kind)].totals;
  }

  /// Calls each(bucket number, count...) in ascending order, with one count
  /// for each of `kinds`, for all buckets in which any of them has samples;
  /// then none of them has.
  template <class Each, class... Kinds>
  void drain(Each each, Kinds... kinds) {
    drain_boards(each, of(kinds)...);
  }

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
    std::uint32_t lowest_word() const noexcept {
      return totals.n == 0 ? kWords : bucket_number(totals.min) >> 6;
    }
    std::uint32_t words_end() const noexcept {
      return totals.n == 0 ? 0 : (bucket_number(totals.max) >> 6) + 1;
    }
  };
  Board& of(SampleKind kind) { return boards_[static_cast<std::size_t>(kind)]; }

  template <class Each, class... Boards>
  static void drain_boards(Each& each, Boards&... boards) {
    const auto end = std::max({boards.words_end()...});
    for (auto word = std::min({boards.lowest_word()...}); word < end; ++word) {
      std::uint64_t bits = (std::exchange(boards.touched[word], 0) | ...);
      for (; bits != 0; bits &= bits - 1) {
        const std::uint32_t number =
            word << 6 | static_cast<std::uint32_t>(std::countr_zero(bits));
        each(number, std::exchange(boards.counts[number], 0)...);
      }
    }
    ((boards.totals = SampleTotals{}), ...);
  }

  Board boards_[kSampleKinds];
};

}  // namespace netlat
