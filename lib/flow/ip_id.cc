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
//
// A client's counter begins with its SYN, unless a proxy sent that one: then
// its number is its own.  A server's begins with its first packet after the
// SYN-ACK.  Behind a hole it does not say how many that was, and nothing is
// claimed; what is missed is an ACK without data that was lost before it.

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
// A jump beyond this is not a burst of losses but another kind of counter.
constexpr std::int16_t kLargestGap = 1000;
constexpr std::uint32_t kJumpPenalty = 20;
// Nor is a larger one right after the SYN: before anything has arrived there
// are an ACK, an initial window of 10 (RFC 6928) and repeats under way.
constexpr std::int16_t kLargestFirstGap = 16;
}  // namespace

void TcpEngine::unexpected_ip_id(const Step& step, std::uint32_t n) {
  Sender& me = step.me;
  const std::uint16_t id = step.s.ip_id;
  // A counter passes 0 once a cycle; elsewhere 0 means that none was set.
  if (id == 0) return;
  const auto next = static_cast<std::uint16_t>(id + n);
  if (!me.ip_id_started) {
    me.ip_id_started = true;
    me.ip_id_next = next;
    if (me.trouble && !me.trouble->holes.empty()) {
      me.trouble->ip_id_behind_hole = true;
    }
    return;
  }
  const auto gap =
      static_cast<std::int16_t>(static_cast<std::uint16_t>(id - me.ip_id_next));
  Trouble& t = trouble(me);
  const bool after_syn =
      me.saw_syn && me.ip_id_steps == 0 && t.ip_id_irregular == 0;
  if (after_syn && (gap < 0 || gap > kLargestFirstGap)) {
    t.ip_id_irregular = 1;
    me.ip_id_next = next;
    return;
  }
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
