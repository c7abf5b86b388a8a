#pragma once
// What went wrong with TCP segments, as counters that can be added up.
//
// Problem: the flow room counts by connection, and an interval wants what
// happened within it.  Method: the counters of a connection are read when a
// packet of it was counted, and what they have beyond the most that was read
// before is the interval's.  Bias: what the flow room takes back stays counted
// where it was, and growth up to the same number again is not counted twice; a
// window that is still closed counts up to the connection's latest packet.
// Cost: nothing for a connection that has no trouble.

#include <array>
#include <cstddef>
#include <cstdint>

#include "netlat/base/time.h"
#include "netlat/flow/types.h"

namespace netlat {

struct Connection;

struct TroubleCounts {
  /// Wire segments sent again, by RetransmitCause.
  std::array<std::uint64_t, kRetransmitCauses> by_cause{};
  std::uint64_t retransmitted_bytes = 0;
  std::uint64_t spurious = 0;  ///< of those sent again, proven needless
  std::uint64_t lost = 0;      ///< segments, proof or strong evidence
  std::uint64_t dup_acks = 0;
  /// By the Dir of the host whose receive window was closed.
  std::array<Nanos, 2> zero_window{};

  std::uint64_t retransmits() const noexcept {
    std::uint64_t sum = 0;
    for (const auto n : by_cause) sum += n;
    return sum;
  }
  std::uint64_t& of(RetransmitCause cause) noexcept {
    return by_cause[static_cast<std::size_t>(cause)];
  }
  void add(const TroubleCounts& other) noexcept;
};

/// Of a connection up to `now`.
TroubleCounts trouble_counts(const Connection& c, Stamp now) noexcept;

/// What `now` has beyond `most`, each counter by itself; `most` becomes the
/// greater of both.
TroubleCounts take_growth(const TroubleCounts& now,
                          TroubleCounts& most) noexcept;

}  // namespace netlat
