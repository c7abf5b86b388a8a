#include "netlat/measure/top_name.h"

#include <algorithm>

namespace netlat {

void TopName::add(const SafeText& name) {
  for (Counter& counter : counters_) {
    if (counter.name.str() != name.str()) continue;
    ++counter.count;
    return;
  }
  if (counters_.size() < kCounters) {
    counters_.push_back({name, 1});
    return;
  }
  const auto least = std::min_element(
      counters_.begin(), counters_.end(),
      [](const Counter& a, const Counter& b) { return a.count < b.count; });
  least->name = name;
  ++least->count;
}

SafeText TopName::most() const {
  const auto most = std::max_element(
      counters_.begin(), counters_.end(),
      [](const Counter& a, const Counter& b) { return a.count < b.count; });
  return most == counters_.end() ? SafeText() : most->name;
}

}  // namespace netlat
