#include "netlat/report/standout.h"

namespace netlat {

bool tail_stands_out(const Quantiles& q) {
  constexpr Nanos kSlack = std::chrono::milliseconds(1);
  return q.n >= kSamplesForP99 && q.p99 > 5 * q.p50 && q.p99 - q.p50 > kSlack;
}

bool loss_stands_out(const LossCounts& loss) {
  return loss.segments >= 100 && loss.retransmits * 100 >= loss.segments;
}

}  // namespace netlat
