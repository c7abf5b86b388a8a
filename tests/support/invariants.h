#pragma once
// What holds of a connection after any packet, however hostile.

#include <cstdint>
#include <limits>
#include <string>

#include "netlat/flow/connection.h"

namespace netlat::test {
namespace detail {

/// A count that went below zero is near the top of its range.
template <class T>
bool absurd(T count) {
  return count > std::numeric_limits<T>::max() / 2;
}

inline std::string broken_ranges(const Sender& s) {
  ExtSeq last = s.snd_una;
  for (std::size_t i = 0; i < s.ranges.size(); ++i) {
    const SentRange& range = s.ranges[i];
    if (range.begin >= range.end) return "an empty range";
    if (range.begin < last) return "ranges overlap, or lie below snd_una";
    if (range.transmissions == 0) return "a range never sent";
    last = range.end;
  }
  if (last > s.snd_max) return "a range, or snd_una, beyond snd_max";
  return {};
}

inline std::string broken_holes(const Trouble& t, const Sender& s) {
  if (t.holes.size() > Trouble::kMostHoles) return "too many holes";
  ExtSeq last = 0;
  for (const Hole& hole : t.holes) {
    if (hole.begin >= hole.end) return "an empty hole";
    if (hole.begin < last) return "holes overlap";
    if (hole.end > s.snd_max) return "a hole beyond snd_max";
    last = hole.end;
  }
  return {};
}

inline std::string broken_trouble(const Trouble& t, const Sender& s) {
  const std::string holes = broken_holes(t, s);
  if (!holes.empty()) return holes;
  if (t.repeats.size() > Trouble::kMostRepeats) return "too many repeats";
  for (const auto count :
       {t.necessary_proven, t.necessary_spurious, t.reordered, t.late_originals,
        t.network_duplicates, t.capture_duplicates, t.keepalives,
        t.zero_window_probes, t.lost_by_sequence, t.lost_downstream_proof,
        t.lost_downstream_strong}) {
    if (absurd(count)) return "a negative count";
  }
  if (absurd(t.retransmitted_bytes)) return "negative retransmitted bytes";
  if (absurd(t.capture_gap_bytes)) return "a negative capture gap";
  if (t.ip_ids_missing < 0) return "negative missing IP-IDs";
  if (std::uint64_t{t.necessary_proven} + t.necessary_spurious >
      t.retransmits()) {
    return "more verdicts than retransmissions";
  }
  if (t.lost_downstream_proof + t.lost_downstream_strong > t.necessary_proven) {
    return "more lost downstream than needed";
  }
  if (t.lost_by_sequence > t.retransmits()) return "more lost than sent again";
  if (t.stall < Nanos{0} || t.zero_window < Nanos{0}) return "a negative time";
  return {};
}

}  // namespace detail

/// The first rule that does not hold, or nothing.
inline std::string broken_invariant(const Connection& c) {
  for (const Sender& s : c.half) {
    if (s.snd_una != 0 && s.seen() && s.snd_una > s.snd_max) {
      return "snd_una beyond snd_max";
    }
    if (s.seen()) {
      const std::string ranges = detail::broken_ranges(s);
      if (!ranges.empty()) return ranges;
    }
    if (s.trouble) {
      const std::string trouble = detail::broken_trouble(*s.trouble, s);
      if (!trouble.empty()) return trouble;
    }
    if (detail::absurd(s.bytes) || detail::absurd(s.segments))
      return "negative bytes";
  }
  if (c.turns_lossy > c.turns) return "more lossy turns than turns";
  return {};
}

}  // namespace netlat::test
