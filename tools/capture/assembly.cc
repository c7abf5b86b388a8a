#include "tools/capture/assembly.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

auto order_of(const ClosedInterval& closed) {
  return std::pair(closed.interval.start, closed.zones_used);
}

// Everything but the interval itself.
void add_counts(ClosedInterval& sum, const ClosedInterval& part) {
  sum.tainted |= part.tainted;
  sum.packets += part.packets;
  sum.kernel_drops += part.kernel_drops;
  if (part.interface_drops) sum.interface_drops = part.interface_drops;
}

}  // namespace

const ClosedInterval* IntervalAssembly::earliest() const {
  const ClosedInterval* found = nullptr;
  for (const auto& queue : waiting_) {
    if (queue.empty()) continue;
    const ClosedInterval& front = queue.front();
    if (found == nullptr || order_of(front) < order_of(*found)) found = &front;
  }
  return found;
}

bool IntervalAssembly::all_came() const {
  return std::none_of(waiting_.begin(), waiting_.end(),
                      [](const auto& queue) { return queue.empty(); });
}

bool IntervalAssembly::too_many() const {
  return std::any_of(waiting_.begin(), waiting_.end(), [](const auto& queue) {
    return queue.size() > kMostWaiting;
  });
}

std::optional<ClosedInterval> IntervalAssembly::next(bool nothing_to_come) {
  const ClosedInterval* first = earliest();
  if (first == nullptr) return std::nullopt;
  if (!nothing_to_come && !all_came()) {
    if (!too_many()) return std::nullopt;
    // Not the earliest: that may be of a clock that went back.
    first = &std::max_element(waiting_.begin(), waiting_.end(),
                              [](const auto& a, const auto& b) {
                                return a.size() < b.size();
                              })
                 ->front();
  }
  const auto order = order_of(*first);
  std::optional<ClosedInterval> sum;
  std::vector<Interval> parts;
  for (auto& queue : waiting_) {
    if (queue.empty() || order_of(queue.front()) != order) continue;
    ClosedInterval part = std::move(queue.front());
    queue.pop_front();
    parts.push_back(std::move(part.interval));
    if (sum) {
      add_counts(*sum, part);
    } else {
      sum = std::move(part);
    }
  }
  sum->interval = IntervalTable::merged(std::move(parts));
  return sum;
}

}  // namespace netlat
