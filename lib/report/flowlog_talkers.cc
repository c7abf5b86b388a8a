#include <algorithm>
#include <vector>

#include "netlat/report/flowlog_report.h"

namespace netlat {

MeasuredTalkers measured_talkers(const FlowJoin& join) {
  MeasuredTalkers talkers;
  std::map<TalkerKey, std::vector<Nanos>> medians;
  for (const JoinedFlow& joined : join.flows()) {
    if (joined.records == 0) continue;
    const MeasuredFlow& f = joined.flow;
    const TalkerKey key = talker_key(f.client, f.client_port, f.server,
                                     f.server_port, f.protocol);
    ++talkers[key].connections;
    if (f.rtt_p50) medians[key].push_back(*f.rtt_p50);
  }
  for (auto& [key, of_key] : medians) {
    const auto middle =
        of_key.begin() + static_cast<std::ptrdiff_t>(of_key.size() / 2);
    std::nth_element(of_key.begin(), middle, of_key.end());
    talkers[key].rtt_p50 = *middle;
  }
  return talkers;
}

}  // namespace netlat
