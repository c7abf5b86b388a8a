#include "netlat/measure/parted_halves.h"

#include <chrono>

namespace netlat {

void PartedHalves::add(const FlowRecord& flow) {
  // An answer comes a round trip later, which takes less than a second.
  constexpr Nanos kRoundTrip = std::chrono::seconds(1);
  Way way{flow.client, flow.server, flow.client_port, flow.server_port};
  Way back{flow.server, flow.client, flow.server_port, flow.client_port};
  if (flow.c2s.packets == 0) way.swap(back);
  const auto other = halves_.find(back);
  if (other != halves_.end() &&
      flow.start_time <= other->second.end + kRoundTrip &&
      other->second.start <= flow.end_time + kRoundTrip) {
    ++(other->second.encap != flow.encap ? by_tunnel_ : by_vantage_);
    halves_.erase(other);
    return;
  }
  if (halves_.size() >= kMost && !halves_.contains(way)) return;
  halves_[way] = {flow.start_time, flow.end_time, flow.vantage, flow.encap};
}

}  // namespace netlat
