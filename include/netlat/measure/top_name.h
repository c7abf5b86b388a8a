#pragma once
// The name most often asked for.
//
// Problem: clients choose the names, so there may be any number of them.
// Method: Space-Saving (Metwally et al. 2005): a few counters; a name without
// one takes over the smallest, and its count.  Bias: a count may be too high,
// never too low; a name asked for in more than one of kCounters questions is
// never lost.  With kCounters names or fewer all counts are exact.
// Cost: a name is one comparison with each counter.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/base/safe_text.h"

namespace netlat {

class TopName {
 public:
  static constexpr std::size_t kCounters = 8;

  void add(const SafeText& name) { add(name, 1); }
  /// What another counted as well.  Exact as long as both together have no
  /// more than kCounters names.
  void merge(const TopName& other);
  /// Empty before the first; of equal counts the first one asked for.
  SafeText most() const;

 private:
  struct Counter {
    SafeText name;
    std::uint64_t count;
  };
  void add(const SafeText& name, std::uint64_t times);

  std::vector<Counter> counters_;
};

}  // namespace netlat
