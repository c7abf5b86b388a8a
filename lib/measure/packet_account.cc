#include "netlat/measure/packet_account.h"

namespace netlat {

PacketAccount& PacketAccount::operator+=(const PacketAccount& more) {
  tcp += more.tcp;
  udp += more.udp;
  icmp += more.icmp;
  other += more.other;
  truncated += more.truncated;
  malformed += more.malformed;
  too_deep += more.too_deep;
  unsupported_link += more.unsupported_link;
  filtered += more.filtered;
  duplicates += more.duplicates;
  return *this;
}

void PacketAccount::count(Verdict verdict) {
  switch (verdict) {
    case Verdict::tcp:
      ++tcp;
      break;
    case Verdict::udp:
      ++udp;
      break;
    case Verdict::icmp:
      ++icmp;
      break;
    case Verdict::other:
      ++other;
      break;
    case Verdict::truncated:
      ++truncated;
      break;
    case Verdict::malformed:
      ++malformed;
      break;
    case Verdict::too_deep:
      ++too_deep;
      break;
    case Verdict::unsupported_link:
      ++unsupported_link;
      break;
  }
}

void PacketAccount::recount(const SegmentFacts& facts) {
  if (facts.segment_class == SegmentClass::capture_duplicate) {
    --tcp;
    ++duplicates;
  }
  // The network delivered it twice after all: a packet of its own.
  if (facts.amended_frame != 0 && duplicates > 0 &&
      facts.amended_class == SegmentClass::network_duplicate) {
    ++tcp;
    --duplicates;
  }
}

}  // namespace netlat
