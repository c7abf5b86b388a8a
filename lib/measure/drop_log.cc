#include "netlat/measure/drop_log.h"

#include <algorithm>

namespace netlat {

void DropLog::add(Stamp from, Stamp to) {
  if (!spans_.empty() && from <= spans_.back().to) {
    spans_.back().to = std::max(spans_.back().to, to);
    return;
  }
  if (spans_.size() == kMost) {
    spans_[1].from = spans_[0].from;
    spans_.erase(spans_.begin());
  }
  spans_.push_back({from, to});
}

bool DropLog::touches(Stamp from, Stamp to) const noexcept {
  const auto at =
      std::partition_point(spans_.begin(), spans_.end(),
                           [from](const Span& span) { return span.to < from; });
  return at != spans_.end() && at->from <= to;
}

}  // namespace netlat
