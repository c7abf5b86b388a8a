#pragma once
// A connection attempt that nobody has answered, in 72 octets.
//
// A SYN flood is a capture like any other: a million attempts must not cost a
// million connections.  So a SYN without data gets this entry, and only an
// answer (or data from the same side) makes a Connection of it, by replaying
// the SYN.  Options are kept as an index into the few sets that senders use.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "netlat/flow/flow_key.h"
#include "netlat/packet/segment.h"

namespace netlat {

struct HalfOpen {
  IpAddress low, high;
  Stamp first_syn;
  Port low_port = 0, high_port = 0;
  std::uint32_t id = 0;
  std::uint32_t isn = 0;
  std::uint32_t tsval = 0;
  std::uint32_t frame = 0;  ///< low bits of the first SYN's frame number
  std::uint16_t scope = 0;
  std::uint8_t options = 0;   ///< index into HalfOpenTable's option sets
  std::uint8_t syns : 6 = 0;  ///< seen, stops at 63; 0: the entry is free
  bool client_is_low : 1 = false;
  bool reused : 1 = false;
  bool unreachable : 1 = false;  ///< an ICMP error says it did not arrive
  std::uint16_t ip_id = 0;       ///< of the latest SYN; 0: none

  FlowKey key() const {
    FlowKey k;
    k.low = low;
    k.high = high;
    k.rest = FlowKey::join(scope, high_port, low_port);
    return k;
  }
  std::uint32_t retransmits() const { return syns > 1 ? syns - 1u : 0u; }
};
static_assert(sizeof(HalfOpen) == 72);

/// The latest retransmission of a SYN, for the few that have one.
struct SynRetry {
  Stamp time;
  std::uint64_t frame = 0;
  std::uint32_t tsval = 0;
};

class HalfOpenTable {
 public:
  static constexpr std::size_t kOptionSets = 255;

  /// An entry for the SYN, or -1 when its options do not fit any more; then
  /// the caller makes a full connection.
  std::int64_t add(const Segment& syn, const DirectedKey& key,
                   std::uint32_t id);
  void add_retry(std::uint32_t index, const Segment& syn);
  /// The SYN as it was (`retry` false), or its latest retransmission.
  Segment replay(std::uint32_t index, bool retry) const;
  const SynRetry* retry(std::uint32_t index) const;
  void remove(std::uint32_t index);
  /// Oldest live entry, as a clock hand finds it.  Requires: size() > 0.
  std::uint32_t oldest();

  HalfOpen& at(std::uint32_t index) { return entries_[index]; }
  const HalfOpen& at(std::uint32_t index) const { return entries_[index]; }
  std::size_t size() const noexcept { return live_; }
  std::size_t slots() const noexcept { return entries_.size(); }

 private:
  struct OptionSet {
    std::uint16_t mss = 0;
    std::uint8_t window_scale = 0;
    bool has_window_scale = false, sack_permitted = false,
         has_timestamps = false;
    friend bool operator==(const OptionSet&, const OptionSet&) = default;
  };

  std::vector<HalfOpen> entries_;
  std::vector<std::uint32_t> free_;
  std::vector<OptionSet> options_;
  std::unordered_map<std::uint32_t, SynRetry> retries_;
  std::size_t live_ = 0;
  std::uint32_t hand_ = 0;
};

}  // namespace netlat
