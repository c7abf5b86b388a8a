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

void PacketAccount::count(Verdict verdict, std::uint64_t packets) {
  switch (verdict) {
    case Verdict::tcp:
      tcp += packets;
      break;
    case Verdict::udp:
      udp += packets;
      break;
    case Verdict::icmp:
      icmp += packets;
      break;
    case Verdict::other:
      other += packets;
      break;
    case Verdict::truncated:
      truncated += packets;
      break;
    case Verdict::malformed:
      malformed += packets;
      break;
    case Verdict::too_deep:
      too_deep += packets;
      break;
    case Verdict::unsupported_link:
      unsupported_link += packets;
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
