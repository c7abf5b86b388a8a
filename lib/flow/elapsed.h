#pragma once
// Differences of capture times that cannot overflow: stamps come from files
// and may lie anywhere in the range of Stamp.

#include <limits>

#include "netlat/base/time.h"

namespace netlat {

/// `to` - `from`, at most Nanos::max(), at least Nanos::min().
inline Nanos elapsed(Stamp from, Stamp to) noexcept {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(to_ns(to), to_ns(from), &difference)) {
    return Nanos{difference};
  }
  return to > from ? Nanos::max() : Nanos::min();
}

/// `t` - `span`, at least the earliest stamp.  Requires: span >= 0.
inline Stamp before(Stamp t, Nanos span) noexcept {
  std::int64_t ns = 0;
  if (__builtin_sub_overflow(to_ns(t), span.count(), &ns)) return Stamp::min();
  return stamp_ns(ns);
}

}  // namespace netlat
