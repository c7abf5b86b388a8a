#include "netlat/report/standout.h"

#include <algorithm>

namespace netlat {

bool tail_stands_out(const Quantiles& q) {
  constexpr Nanos kSlack = std::chrono::milliseconds(1);
  return q.n >= kSamplesForP99 && q.p99 > 5 * q.p50 && q.p99 - q.p50 > kSlack;
}

bool loss_stands_out(const LossCounts& loss) {
  return loss.segments >= 100 && loss.retransmits * 100 >= loss.segments;
}

Dir longer_half(const HalfRtt& server, const HalfRtt& client) {
  const Quantiles& s = server.network;
  const Quantiles& c = client.network;
  if (s.n == 0 || c.n == 0) return c.n > 0 ? Dir::s2c : Dir::c2s;
  const std::uint64_t both = std::min(s.n, c.n);
  const bool client_longer = both >= kSamplesForP99   ? c.p99 > s.p99
                             : both >= kSamplesForP95 ? c.p95 > s.p95
                                                      : c.p50 > s.p50;
  return client_longer ? Dir::s2c : Dir::c2s;
}

}  // namespace netlat
