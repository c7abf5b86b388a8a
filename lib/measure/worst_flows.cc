#include "netlat/measure/worst_flows.h"

#include <algorithm>

#include "netlat/measure/sample_totals.h"
#include "netlat/measure/shown_half.h"

namespace netlat {

WorstFlows::Badness WorstFlows::badness_of(const FlowRecord& flow) const {
  Badness out{.id_from_end = ~flow.id,
              .proto_from_end = static_cast<std::uint8_t>(
                  0xff - static_cast<int>(flow.proto))};
  switch (by_) {
    case WorstBy::network_p99: {
      const auto& rtt = shown_rtt(flow).network;
      out.enough_samples = rtt.n >= least_samples_;
      out.value = rtt.n == 0 ? 0 : rtt.p99.count();
      break;
    }
    case WorstBy::retransmits:
      out.value = static_cast<std::int64_t>(flow.c2s.retransmits +
                                            flow.s2c.retransmits);
      break;
    case WorstBy::stall:
      out.value = saturating_sum(flow.c2s.stall, flow.s2c.stall).count();
      break;
  }
  return out;
}

void WorstFlows::add(const FlowRecord& flow) {
  const auto badness = badness_of(flow);
  if (badness.value <= 0 || keep_ == 0) return;
  if (heap_.size() == keep_) {
    if (badness <= heap_.front().badness) return;
    std::pop_heap(heap_.begin(), heap_.end(), worse);
    heap_.pop_back();
  }
  heap_.push_back({badness, flow});
  std::push_heap(heap_.begin(), heap_.end(), worse);
}

std::vector<FlowRecord> WorstFlows::sorted() const {
  auto entries = heap_;
  std::sort_heap(entries.begin(), entries.end(), worse);
  std::vector<FlowRecord> out;
  out.reserve(entries.size());
  for (auto& entry : entries) out.push_back(std::move(entry.flow));
  return out;
}

}  // namespace netlat
