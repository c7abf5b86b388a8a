// One packet, captured or delivered twice.
//
// A copy with the same IP-ID was sent once.  Seen with other link addresses it
// passed two places of one capture; seen with the same ones it is either the
// capture's doing or the network's, and the receiver's DSACK decides which.
// Without an IP-ID (IPv6, or an ID that never changes) equal headers prove
// less, so the copy must also be as fast as no retransmission can be.  Where
// the host merged segments before the capture saw them (GRO), the copy of one
// of them stands alone behind the whole.

#include <algorithm>

#include "lib/flow/tcp_engine.h"

namespace netlat {

namespace {
constexpr std::int64_t kFasterThanLossNs = 1'000'000;
// An ID that moved irregularly this often and never regularly is no counter.
constexpr std::uint32_t kNoCounter = 4;
}  // namespace

bool TcpEngine::duplicate(const Step& step) {
  const Segment& s = step.s;
  Sender& me = step.me;
  const bool occupies = step.end > step.begin;
  const auto wanted = RecentPackets::print(s, step.facts.connection);
  const RecentPackets::Print* const earlier =
      recent_.find(wanted, me.segment_size);
  if (earlier == nullptr) return false;

  const bool constant_id = me.ip_id_steps == 0 && me.trouble &&
                           me.trouble->ip_id_irregular >= kNoCounter;
  const bool counted = s.told_ip_id() != 0 && !constant_id;
  const bool same_place = earlier->link_tag == s.link_tag;
  if (!counted) {
    std::int64_t limit = kFasterThanLossNs;
    const std::int64_t path = path_rtt_ns(step.c);
    if (path > 0) limit = std::min(limit, path / 4);
    if ((s.time - earlier->time).count() > limit) return false;
    // Two duplicate ACKs in a row are equal and both meant.
    if (!occupies && same_place) return false;
  }
  ++trouble(me).capture_duplicates;
  step.facts.segment_class = SegmentClass::capture_duplicate;
  ++counters_.copies;
  show_ack(step);
  step.facts.confidence = counted ? Confidence::proof : Confidence::strong;
  if (same_place && occupies) {
    Repeat copy;
    copy.begin = step.begin;
    copy.end = step.end;
    copy.time = s.time;
    copy.frame = s.frame;
    copy.duplicate = true;
    keep(*me.trouble, copy);
  }
  return true;
}

}  // namespace netlat
