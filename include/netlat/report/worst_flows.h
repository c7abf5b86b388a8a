#pragma once
// The few worst connections of many.
//
// A heap of at most `keep` entries with the least bad on top, so a record is
// completed and copied only when it displaces another, and none is moved to
// sort.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/measure/flow_record.h"
#include "netlat/measure/latencies.h"
#include "netlat/report/rank.h"

namespace netlat {

class WorstFlows {
 public:
  WorstFlows(SortKey by, std::size_t keep) : by_(by), keep_(keep) {}

  /// `flow` comes with or without its distributions, which `latencies` has.
  void add(const FlowRecord& flow, const Latencies& latencies);
  /// Those of another, of other connections, of which none has the same id.
  void merge(const WorstFlows& other);
  /// How many were added.
  std::uint64_t seen() const noexcept { return seen_; }
  /// Worst first; equally bad ones in order of their first packet.
  std::vector<FlowRecord> sorted() const;

 private:
  struct Entry {
    std::int64_t value;
    std::uint64_t id;
    std::size_t at;  // in kept_
  };
  static bool worse(const Entry& a, const Entry& b) {
    return a.value != b.value ? a.value > b.value : a.id < b.id;
  }

  FlowRecord* keep(Entry entry, const FlowRecord& flow);

  SortKey by_;
  std::size_t keep_;
  std::uint64_t seen_ = 0;
  std::vector<Entry> heap_;
  std::vector<FlowRecord> kept_;
};

}  // namespace netlat
