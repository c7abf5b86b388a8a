// Packets of a sender that never came here, counted by its IP-ID.
//
// Linux numbers the IPv4 packets of one TCP socket one by one: data, repeats
// and pure ACKs alike, a super-segment by as many as the wire segments it
// becomes.  So a step larger than that is a packet lost before the capture
// point, even where no sequence number is missing: a lost tail, a lost
// retransmission, a lost ACK.  The counter is believed once it has stepped
// regularly often enough (20 packets, at most one irregular in 20); SYN-ACK,
// RST and TIME-WAIT answers carry 0 and are skipped.  Global counters, random
// or zero IDs and IPv6 never qualify, and then nothing is claimed.

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
// A jump beyond this is not a burst of losses but another kind of counter.
constexpr std::int16_t kLargestGap = 1000;
constexpr std::uint32_t kJumpPenalty = 20;
}  // namespace

void TcpEngine::irregular_ip_id(const Step& step, std::int16_t gap,
                                std::uint32_t n) {
  Sender& me = step.me;
  const auto next = static_cast<std::uint16_t>(step.s.ip_id + n);
  Trouble& t = trouble(me);
  if (gap > 0 && gap < kLargestGap) {
    t.ip_ids_missing += gap;
    ++t.ip_id_irregular;
    me.ip_id_next = next;
    if (!t.holes.empty() && t.holes.back().revealed == step.s.time &&
        t.holes.back().end == step.begin) {
      t.holes.back().ip_ids_missing = static_cast<std::uint16_t>(gap);
    }
    return;
  }
  if (gap < 0 && gap > -kLargestGap &&
      t.ip_ids_missing >= static_cast<std::int64_t>(n)) {
    t.ip_ids_missing -= n;  // late, not lost
    return;
  }
  t.ip_id_irregular += kJumpPenalty;
  me.ip_id_next = next;
}

}  // namespace netlat
