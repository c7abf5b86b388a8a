#pragma once
// The state of one direction of a TCP connection: what one host has sent, as
// far as the capture point saw it, and what its peer has acknowledged.
//
// Numbers are extended to 64 bits and start near 2^32, so that bytes before
// the first one seen have numbers too and no comparison wraps.  The common
// state fits two cache lines; what only a troubled connection needs is in
// `Trouble`, allocated on its first anomaly.

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/flow/range_queue.h"
#include "netlat/flow/types.h"

namespace netlat {

/// An extended sequence number; 0 means none yet.
using ExtSeq = std::int64_t;

/// Bytes below snd_max that the capture has not seen.
struct Hole {
  ExtSeq begin = 0, end = 0;
  Stamp revealed;                    ///< when a later byte was seen
  std::uint32_t tsval = 0;           ///< of the packet that revealed it
  std::uint16_t ip_id = 0;           ///< of that packet
  std::uint16_t ip_ids_missing = 0;  ///< IP-ID gap at that packet
  bool by_ack = false;  ///< revealed by an ACK: lost to the capture, not to
                        ///< the receiver
};

/// A repeat kept for a while, because later packets may prove it needless.
struct Repeat {
  ExtSeq begin = 0, end = 0;
  Stamp time;
  std::uint64_t frame = 0;
  std::uint32_t tsval = 0;           ///< of the copy
  std::uint32_t tsval_original = 0;  ///< of the first transmission
  std::uint16_t segments = 0;
  RetransmitCause cause = RetransmitCause::unknown;
  LossPlace place = LossPlace::none;
  Necessity necessity = Necessity::undetermined;
  Confidence confidence = Confidence::none;
  bool timestamps = false;      ///< tsval is valid
  bool original_known = false;  ///< tsval_original is valid
  bool duplicate = false;       ///< a copy with the same IP-ID, not a repeat
};

/// Everything about one direction that a clean connection does not have.
struct Trouble {
  static constexpr std::size_t kMostHoles = 1024;
  static constexpr std::size_t kMostRepeats = 64;

  std::array<std::uint32_t, kRetransmitCauses> by_cause{};
  std::uint64_t retransmitted_bytes = 0, capture_gap_bytes = 0;
  std::uint32_t necessary_proven = 0, necessary_spurious = 0;
  std::uint32_t reordered = 0, late_originals = 0;
  std::uint32_t network_duplicates = 0, capture_duplicates = 0;
  std::uint32_t keepalives = 0, zero_window_probes = 0, window_full = 0;
  std::uint32_t zero_windows = 0, dup_acks = 0;
  std::uint32_t lost_by_sequence = 0;  ///< holes filled by retransmission
  Confidence lost_confidence = Confidence::none;  ///< weakest of those
  std::uint32_t lost_downstream_proof = 0, lost_downstream_strong = 0;
  std::uint32_t dsack_without_repeat = 0;

  std::int64_t ip_ids_missing = 0;    ///< steps skipped so far
  std::uint32_t ip_id_irregular = 0;  ///< steps that were not +segments

  Nanos stall{0}, zero_window{0};
  Stamp zero_window_since;    ///< valid if window_closed
  Stamp stall_since;          ///< valid if stalled
  ExtSeq recovery_end = 0;    ///< snd_max when it began; 0: no recovery
  ExtSeq highest_sacked = 0;  ///< by the peer
  ExtSeq unjudged_end = 0;    ///< no repeat beyond it awaits a verdict
  ExtSeq probed_at = 0;       ///< an octet there probed a closed window
  std::uint32_t dup_acks_received = 0;  ///< since last progress or repeat
  std::uint8_t backoff = 0;             ///< timeouts since the last progress
  RetransmitCause recovery = RetransmitCause::unknown;  ///< what began it
  bool stalled = false;               ///< repeated, and no ACK progress since
  bool window_closed = false;         ///< this side advertises 0
  bool fragmentation_needed = false;  ///< an ICMP error asked for less
  bool ip_id_behind_hole = false;     ///< its first number known came so

  std::uint16_t repeat_next = 0;  ///< full ring: where the next one goes
  std::vector<Hole> holes;        ///< in sequence order, at most kMostHoles
  std::vector<Repeat> repeats;    ///< a ring of the latest kMostRepeats

  /// The entry, until kMostRepeats further ones were added.
  Repeat& remember(const Repeat& repeat) {
    if (repeats.size() < kMostRepeats) return repeats.emplace_back(repeat);
    Repeat& slot = repeats[repeat_next];
    repeat_next = static_cast<std::uint16_t>((repeat_next + 1) % kMostRepeats);
    return slot = repeat;
  }
  /// Index of the entry remembered last.  Requires: there is one.
  std::size_t latest_repeat() const noexcept {
    return repeats.size() < kMostRepeats
               ? repeats.size() - 1
               : (repeat_next + kMostRepeats - 1u) % kMostRepeats;
  }
  std::size_t memory_bytes() const noexcept {
    return sizeof(Trouble) + holes.capacity() * sizeof(Hole) +
           repeats.capacity() * sizeof(Repeat);
  }
  std::uint64_t retransmits() const noexcept {
    std::uint64_t sum = 0;
    for (const auto n : by_cause) sum += n;
    return sum;
  }
};

/// The windowed minimum of network RTT samples, as two buckets of five
/// seconds.  A minimum is kept until a newer sample replaces it, however old.
struct WindowedMin {
  static constexpr std::int64_t kNone =
      std::numeric_limits<std::int64_t>::max();
  std::int64_t current = kNone, previous = kNone;  ///< nanoseconds

  bool known() const noexcept { return value() != kNone; }
  std::int64_t value() const noexcept {
    return current < previous ? current : previous;
  }
  void add(std::int64_t ns) noexcept {
    if (ns < current) current = ns;
  }
  void rotate() noexcept {
    if (current == kNone) return;
    previous = current;
    current = kNone;
  }
};

struct Sender {
  static constexpr std::uint8_t kNoWindowScale = 15;  ///< RFC 7323: at most 14

  ExtSeq snd_max = 0;  ///< highest end seen; 0: nothing captured yet
  ExtSeq snd_una = 0;  ///< highest ACK of the peer; 0: none captured
  RangeQueue ranges;
  WindowedMin min_rtt;      ///< capture point to the peer and back
  Stamp last_data;          ///< when snd_max last advanced
  Stamp last_progress;      ///< when snd_una last advanced
  std::uint64_t bytes = 0;  ///< payload, each octet once
  std::uint64_t packets = 0;
  std::uint64_t segments = 0;
  std::unique_ptr<Trouble> trouble;
  std::uint32_t isn = 0;  ///< low bits of relative sequence number 0
  std::uint32_t tsval_max = 0;
  std::uint32_t tsecr_max = 0;
  std::uint32_t max_in_flight = 0;
  std::uint32_t smoothed_rtt_us = 0;  ///< RFC 6298 2, all valid samples
  std::uint16_t mss = 0;              ///< MSS option; 0: none seen
  /// Largest payload one wire segment carries: from both MSS options less
  /// the timestamp option, else the largest ordinary payload so far.
  std::uint16_t segment_size = 0;
  std::uint16_t ip_id_next = 0;
  std::uint16_t window = 0;  ///< latest receive window, as in the header
  std::uint8_t window_shift = kNoWindowScale;  ///< of its SYN
  std::uint8_t scale = 0;        ///< window_shift, once both SYNs offered one
  std::uint8_t ip_id_steps = 0;  ///< regular steps, stops at 255
  bool saw_syn : 1 = false;
  bool saw_synack : 1 = false;
  bool has_timestamps : 1 = false;  ///< tsval_max is valid
  bool has_tsecr : 1 = false;
  bool saw_fin : 1 = false;
  bool saw_rst : 1 = false;
  bool ip_id_started : 1 = false;
  bool sack_permitted : 1 = false;

  /// Wire segments a payload took; a super-segment is several.
  std::uint32_t wire_segments(std::uint32_t length) const noexcept {
    if (length <= segment_size || segment_size == 0) return 1;
    return (length + segment_size - 1u) / segment_size;
  }
  bool seen() const noexcept { return snd_max != 0; }
  bool has_window_scale() const noexcept {
    return window_shift != kNoWindowScale;
  }
};

}  // namespace netlat
