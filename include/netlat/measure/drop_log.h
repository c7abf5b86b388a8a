#pragma once
// When the capture itself lost packets, so that what it touched is marked.
//
// Only the kernel's counters are known, asked now and then, so a drop happened
// some time between two questions.  A record is marked if its time touches such
// a span, whether or not one of its own packets was lost: nobody can tell.

#include <cstddef>
#include <vector>

#include "netlat/base/time.h"

namespace netlat {

class DropLog {
 public:
  /// Spans kept; of more, the two oldest are joined with what lies between, so
  /// that a mark is never lost.
  static constexpr std::size_t kMost = 256;

  /// Packets were dropped after `from` and by `to`.  Calls in order of time.
  void add(Stamp from, Stamp to);
  /// Whether one was dropped between `from` and `to`, both inclusive.
  bool touches(Stamp from, Stamp to) const noexcept;

 private:
  struct Span {
    Stamp from, to;
  };
  std::vector<Span> spans_;  // in order, apart
};

}  // namespace netlat
