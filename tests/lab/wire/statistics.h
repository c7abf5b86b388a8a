// How late packets left, and the counters as JSON.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "tests/lab/wire/topology.h"

namespace lab {

// Counts of nanoseconds in buckets 1/32 of their power of two wide: a
// quantile is exact to 3 %.
class LatenessHistogram {
 public:
  void add(int64_t ns) {
    const uint64_t value = ns < 0 ? 0 : static_cast<uint64_t>(ns);
    ++counts_.at(bucket(value));
    ++total_;
    max_ = value > max_ ? value : max_;
  }
  uint64_t count() const { return total_; }
  uint64_t max_ns() const { return max_; }
  // The lower edge of the bucket with this share of values at or below it.
  uint64_t quantile_ns(double share) const;

 private:
  static constexpr unsigned kFineBits = 5;
  static size_t bucket(uint64_t value) {
    if (value < (1U << kFineBits)) return value;
    const auto shift =
        static_cast<unsigned>(std::bit_width(value)) - 1 - kFineBits;
    return (size_t{shift + 1} << kFineBits) +
           ((value >> shift) & ((1U << kFineBits) - 1));
  }

  std::array<uint64_t, 61 << kFineBits> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

// Counters of the whole wire that belong to no pair.
struct WireCounters {
  uint64_t log_stalls = 0;
  int64_t host_drops = 0;  // packets hosts could not hand to their devices
};

// One line. With pairs: an object per pair that saw packets.
std::string statistics_json(Topology& topology,
                            const LatenessHistogram& lateness,
                            const WireCounters& wire, bool with_pairs);

}  // namespace lab
