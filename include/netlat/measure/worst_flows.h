#pragma once
// The few worst connections of many.
//
// A heap of at most `keep` records with the least bad on top, so a record is
// copied only when it displaces another.  A quantile needs samples: by p99,
// connections with at least `least_samples` come first, the others behind
// them, ordered likewise by what they have.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/measure/flow_record.h"

namespace netlat {

enum class WorstBy : std::uint8_t {
  network_p99,  ///< of the shown half (shown_half.h)
  retransmits,  ///< wire segments, both directions
  stall,        ///< time without ACK progress, both directions
};

class WorstFlows {
 public:
  WorstFlows(WorstBy by, std::size_t keep,
             std::uint64_t least_samples = kLeastForP99)
      : by_(by), keep_(keep), least_samples_(least_samples) {}

  /// Connections without samples, retransmissions or stalls are passed over.
  void add(const FlowRecord& flow);
  /// Worst first; equally bad ones in order of id.
  std::vector<FlowRecord> sorted() const;

 private:
  // Greater is worse.
  struct Badness {
    bool enough_samples = true;
    std::int64_t value = 0;
    std::uint64_t id_from_end = 0;
    std::uint8_t proto_from_end = 0;

    friend auto operator<=>(const Badness&, const Badness&) = default;
  };
  struct Entry {
    Badness badness;
    FlowRecord flow;
  };
  static bool worse(const Entry& a, const Entry& b) {
    return a.badness > b.badness;
  }
  Badness badness_of(const FlowRecord& flow) const;

  WorstBy by_;
  std::size_t keep_;
  std::uint64_t least_samples_;
  std::vector<Entry> heap_;
};

}  // namespace netlat
