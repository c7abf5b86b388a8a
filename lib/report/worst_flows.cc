#include "netlat/report/worst_flows.h"

#include <algorithm>

namespace netlat {

void WorstFlows::add(const FlowRecord& flow, const Latencies& latencies) {
  ++seen_;
  if (heap_.size() == keep_ &&
      (keep_ == 0 || !may_rank(latencies, by_, heap_.front().value))) {
    return;
  }
  Entry entry{rank_value(flow, latencies, by_), flow.id, heap_.size()};
  if (heap_.size() < keep_) {
    kept_.push_back(flow);
  } else {
    if (!worse(entry, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), worse);
    entry.at = heap_.back().at;
    heap_.pop_back();
    kept_[entry.at] = flow;
  }
  latencies.fill(kept_[entry.at]);
  heap_.push_back(entry);
  std::push_heap(heap_.begin(), heap_.end(), worse);
}

std::vector<FlowRecord> WorstFlows::sorted() const {
  auto order = heap_;
  std::sort_heap(order.begin(), order.end(), worse);
  std::vector<FlowRecord> out;
  out.reserve(order.size());
  for (const Entry& entry : order) out.push_back(kept_[entry.at]);
  return out;
}

}  // namespace netlat
