#include "netlat/report/worst_flows.h"

#include <algorithm>

namespace netlat {

void WorstFlows::add(const FlowRecord& flow, const Latencies& latencies) {
  ++seen_;
  if (heap_.size() == keep_ &&
      (keep_ == 0 || !may_rank(latencies, by_, heap_.front().value))) {
    return;
  }
  const std::int64_t value = rank_value(flow, latencies, by_);
  FlowRecord* const kept = keep({value, flow.id, 0}, flow);
  if (kept != nullptr) latencies.fill(*kept);
}

// Where it is now; null if it is none of the worst.
FlowRecord* WorstFlows::keep(Entry entry, const FlowRecord& flow) {
  entry.at = heap_.size();
  if (heap_.size() < keep_) {
    kept_.push_back(flow);
  } else {
    if (keep_ == 0 || !worse(entry, heap_.front())) return nullptr;
    std::pop_heap(heap_.begin(), heap_.end(), worse);
    entry.at = heap_.back().at;
    heap_.pop_back();
    kept_[entry.at] = flow;
  }
  heap_.push_back(entry);
  std::push_heap(heap_.begin(), heap_.end(), worse);
  return &kept_[entry.at];
}

void WorstFlows::merge(const WorstFlows& other) {
  seen_ += other.seen_;
  for (const Entry& entry : other.heap_) keep(entry, other.kept_[entry.at]);
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
