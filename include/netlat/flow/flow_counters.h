#pragma once
// What the flow room counts beside the connections themselves.  Every event
// that changes or drops something is one of these: nothing vanishes silently.

#include <cstdint>

namespace netlat {

struct FlowCounters {
  std::uint64_t connections = 0;  ///< ids given out
  std::uint64_t half_open = 0;    ///< SYNs the peer never answered, now
  std::uint64_t evicted = 0;      ///< connections given up for memory
  std::uint64_t half_open_evicted = 0;
  std::uint64_t idle_splits = 0;
  /// Packets found to be captured twice, and verdicts that one was not.
  std::uint64_t copies = 0;

  // Why an ACK that covered data gave no RTT sample.
  std::uint64_t rtt_ambiguous = 0;  ///< retransmitted, not told apart (Karn)
  std::uint64_t rtt_post_loss = 0;  ///< waited for a hole (older bytes later)
  std::uint64_t rtt_unseen = 0;     ///< covered bytes were not all captured
  std::uint64_t rtt_sacked = 0;     ///< already sampled by SACK
  std::uint64_t rtt_negative = 0;   ///< the clock stepped back in between

  // The two methods against each other (spec of each in rtt.cc).
  std::uint64_t timestamp_agrees = 0, timestamp_differs = 0;

  std::uint64_t ack_implausible = 0;  ///< further than 2^30 from anything sent
  std::uint64_t seq_implausible = 0;
  std::uint64_t options_cut = 0, options_bad = 0;

  FlowCounters& operator+=(const FlowCounters& more) noexcept;
};

}  // namespace netlat
