#include "netlat/measure/top_name.h"

#include <algorithm>

namespace netlat {

void TopName::add(const SafeText& name, std::uint64_t times) {
  for (Counter& counter : counters_) {
    if (counter.name.str() != name.str()) continue;
    counter.count += times;
    return;
  }
  if (counters_.size() < kCounters) {
    counters_.push_back({name, times});
    return;
  }
  const auto least = std::min_element(
      counters_.begin(), counters_.end(),
      [](const Counter& a, const Counter& b) { return a.count < b.count; });
  least->name = name;
  least->count += times;
}

void TopName::merge(const TopName& other) {
  for (const Counter& counter : other.counters_)
    add(counter.name, counter.count);
}

SafeText TopName::most() const {
  const auto most = std::max_element(
      counters_.begin(), counters_.end(),
      [](const Counter& a, const Counter& b) { return a.count < b.count; });
  return most == counters_.end() ? SafeText() : most->name;
}

}  // namespace netlat
