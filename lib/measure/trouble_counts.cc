#include "netlat/measure/trouble_counts.h"

#include <algorithm>

#include "netlat/flow/connection.h"

namespace netlat {

namespace {

// Calls `each` with every counter of `a` and the same one of `b`.
template <class A, class B, class Each>
void pair_up(A& a, B& b, Each each) {
  for (std::size_t i = 0; i < a.by_cause.size(); ++i) {
    each(a.by_cause[i], b.by_cause[i]);
  }
  each(a.retransmitted_bytes, b.retransmitted_bytes);
  each(a.spurious, b.spurious);
  each(a.lost, b.lost);
  each(a.dup_acks, b.dup_acks);
  for (std::size_t i = 0; i < a.zero_window.size(); ++i) {
    each(a.zero_window[i], b.zero_window[i]);
  }
}

}  // namespace

void TroubleCounts::add(const TroubleCounts& other) noexcept {
  pair_up(*this, other, [](auto& mine, const auto& more) { mine += more; });
}

TroubleCounts trouble_counts(const Connection& c, Stamp now) noexcept {
  TroubleCounts all;
  for (std::size_t side = 0; side < std::size(c.half); ++side) {
    if (!c.half[side].trouble) continue;
    const Trouble& t = *c.half[side].trouble;
    for (std::size_t i = 0; i < all.by_cause.size(); ++i) {
      all.by_cause[i] += t.by_cause[i];
    }
    all.retransmitted_bytes += t.retransmitted_bytes;
    all.spurious += t.necessary_spurious;
    all.lost +=
        t.lost_by_sequence + t.lost_downstream_proof + t.lost_downstream_strong;
    all.dup_acks += t.dup_acks;
    Nanos& closed = all.zero_window[side];
    closed = t.zero_window;
    if (t.window_closed) {
      closed += std::max(Nanos{0}, now - t.zero_window_since);
    }
  }
  return all;
}

TroubleCounts take_growth(const TroubleCounts& now,
                          TroubleCounts& most) noexcept {
  TroubleCounts grown = now;
  pair_up(grown, most, [](auto& count, auto& seen) {
    const auto had = seen;
    seen = std::max(seen, count);
    count = seen - had;
  });
  return grown;
}

}  // namespace netlat
