#pragma once
// Which bucket of the base-2 exponential histogram a duration falls into.
//
// Problem: buckets are powers of two of a second, so that counts can be handed
// to OTLP and Prometheus unchanged, but captures count nanoseconds and 10^9 is
// no power of two.  Logarithms from libm differ between machines, and a
// product with 1e-9 is rounded before it is compared.
// Method: bucket i of scale 5 holds 2^(i/32) s < v <= 2^((i+1)/32) s, the
// numbering of OTLP.  For a whole number of nanoseconds v > 10^9 * 2^(i/32)
// holds exactly when v exceeds the whole part of the right side.  Shifted to
// 64 significant bits, those whole parts repeat every octave: 32 constants,
// one comparison of integers each.  The six bits after the leading one choose
// one of 64 cells; bounds lie 2.2 % apart and a cell is at most 1.6 % wide, so
// a cell holds at most one bound and one comparison decides.
// Bias: none; every int64 count of nanoseconds gets the bucket that real
// arithmetic would give it, on every machine.
// Cost: one count of leading zeros, one table line, no division, no loop.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "netlat/base/time.h"

namespace netlat {

/// Buckets to an octave are 2^scale.
inline constexpr int kFinestScale = 5;
/// Durations of up to 2^-20 s (0.954 us) share the zero bucket; the threshold
/// is a bucket bound at every scale in use, as Prometheus recommends.
inline constexpr std::int32_t kLowestBucket = -20 * (1 << kFinestScale);
inline constexpr Nanos kZeroThreshold{953};  ///< whole part of 2^-20 s
/// Stands for the zero bucket at every scale; orders before all others.
inline constexpr std::int32_t kZeroBucket = kLowestBucket - 1;
/// The bucket of the largest int64 duration, 292 years.
inline constexpr std::int32_t kHighestBucket = 1059;
/// How many there are, the zero bucket included.
inline constexpr std::size_t kBuckets = kHighestBucket - kZeroBucket + 1;

namespace detail {

/// Whole part of 10^9 * 2^(j/32), shifted to 64 significant bits: j = 4 to 31,
/// then 0 to 3, ascending.  j = 0 (10^9 itself) is exact.
inline constexpr std::array<std::uint64_t, 32> kBucketBounds = {
    0x81ffa7a9549ca6e3, 0x84d8626d3118d396, 0x87c11235836d16a3,
    0x8aba10758e1ea3cf, 0x8dc3b8960164a7d9, 0x90de67fff600044c,
    0x940a7e28259fb382, 0x97485c9a622adb60, 0x9a9867054d512391,
    0x9dfb034651c99c68, 0xa1709975dfb06757, 0xa4f993f3ed7b61ca,
    0xa8965f74bf065071, 0xac476b0df43f745f, 0xb00d2843e1060dc2,
    0xb3e80b172fd51af7, 0xb7d88a12d0dd9ea0, 0xbbdf1e5a373ce5c6,
    0xbffc43b7e604a922, 0xc43078ac4ed47ae7, 0xc87c3e7d03cdbec3,
    0xcce019443eb56ce4, 0xd15c9000bf211c1f, 0xd5f22ca6019743e0,
    0xdaa17c2cd19555db, 0xdf6b0ea438793a89, 0xe44f7742cb56e3dd,
    0xe94f4c7859ce1066, 0xee6b280000000000, 0xf3a3a6f29dd0c333,
    0xf8f969d9b5abf948, 0xfe6d14c2b5114024};

/// Bounds are numbered through the octaves: bound n is
/// kBucketBounds[n % 32] * 2^(n / 32 - 63) ns and bucket i starts at bound
/// i + kBoundsBelow.  10^9 is bound 28 of octave 29.
inline constexpr std::int32_t kBoundsBelow = 29 * 32 + 28;

struct BoundCell {
  std::uint64_t bound;         ///< the one inside, or the largest integer
  std::int32_t bounds_before;  ///< of this octave, below the cell
};

constexpr std::array<BoundCell, 64> bound_cells() {
  std::array<BoundCell, 64> cells{};
  std::int32_t before = 0;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    cells[cell] = {~std::uint64_t{0}, before};
    for (const auto bound : kBucketBounds) {
      if ((bound >> 57 & 63) == cell) {
        cells[cell].bound = bound;
        ++before;
      }
    }
  }
  return cells;
}
inline constexpr std::array<BoundCell, 64> kBoundCells = bound_cells();

}  // namespace detail

/// The bucket of `value` at kFinestScale: kLowestBucket to kHighestBucket, or
/// kZeroBucket for kZeroThreshold and less.  At a scale coarser by k the same
/// value falls into bucket_index(value) >> k.
constexpr std::int32_t bucket_index(Nanos value) noexcept {
  if (value <= kZeroThreshold) return kZeroBucket;
  const auto ns = static_cast<std::uint64_t>(value.count());
  const int octave = 63 - std::countl_zero(ns);
  const std::uint64_t significant = ns << (63 - octave);
  const auto& cell = detail::kBoundCells[significant >> 57 & 63];
  const std::int32_t bounds_passed =
      octave * 32 + cell.bounds_before + (significant > cell.bound ? 1 : 0);
  return bounds_passed - 1 - detail::kBoundsBelow;
}

/// The same numbered from 0, the zero bucket, to kBuckets - 1.
constexpr std::uint32_t bucket_number(Nanos value) noexcept {
  return static_cast<std::uint32_t>(bucket_index(value) - kZeroBucket);
}

/// Durations below 2^29 ns, half a second, are most of all: their cells, a
/// table of 15 kB, need no shifting.
inline constexpr int kShortBits = 29;

namespace detail {

struct ShortCell {
  std::uint32_t bound;   ///< the one inside, or the largest integer
  std::uint32_t number;  ///< up to the bound
};

constexpr auto short_cells() {
  std::array<ShortCell, kShortBits * 64> cells{};
  std::size_t next = 0;
  for (int octave = 0; octave < kShortBits; ++octave) {
    for (const auto& cell : kBoundCells) {
      const std::int32_t number =
          octave * 32 + cell.bounds_before - 1 - kBoundsBelow - kZeroBucket;
      const bool bounded = cell.bound != ~std::uint64_t{0} && number >= 0;
      cells[next++] = {
          bounded ? static_cast<std::uint32_t>(cell.bound >> (63 - octave))
                  : ~std::uint32_t{0},
          static_cast<std::uint32_t>(number >= 0 ? number : 0)};
    }
  }
  return cells;
}
inline constexpr auto kShortCells = short_cells();

}  // namespace detail

/// bucket_number(Nanos{ns}).  Requires: ns < 2^kShortBits.
inline std::uint32_t short_bucket_number(std::uint32_t ns) noexcept {
  // A double's exponent and first six fraction bits are octave and cell.  The
  // lowest bit is in them only where all is the zero bucket, so it may be set
  // to spare 0 a branch.
  const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(ns | 1));
  constexpr std::uint64_t kFirst = 1023U << 6;
  const auto& cell = detail::kShortCells.data()[(bits >> 46) - kFirst];
  return cell.number + (ns > cell.bound ? 1 : 0);
}

/// `count` samples in one bucket, of whatever scale the context says.
struct BucketCount {
  std::int32_t index = 0;
  std::uint64_t count = 0;

  friend bool operator==(const BucketCount&, const BucketCount&) = default;
};

}  // namespace netlat
