#include "netlat/probe/recent_path.h"

#include <algorithm>

namespace netlat {

namespace {

void count_since(Nanos since, HopSeries& s) {
  std::erase_if(s.outcomes,
                [&](const ProbeOutcome& o) { return o.sent < since; });
  std::sort(s.outcomes.begin(), s.outcomes.end(),
            [](const auto& a, const auto& b) { return a.round < b.round; });
  s.sent = s.outcomes.size();
  s.answered = s.late = s.expired = s.kernel_stamped = 0;
  s.rtt = {};
  for (const ProbeOutcome& o : s.outcomes) {
    ++(o.answered ? s.answered : s.expired);
    if (o.answered) s.rtt.add(o.round, o.rtt);
  }
}

}  // namespace

PathReport recent_path(PathReport report, Nanos since) {
  for (HopSeries& s : report.series) count_since(since, s);
  std::erase_if(report.series,
                [](const HopSeries& s) { return s.outcomes.empty(); });
  return report;
}

}  // namespace netlat
