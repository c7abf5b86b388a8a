#pragma once
// The six words that name a conversation in a keyed table.
//
// Two tenants may use the same addresses behind different overlays, so the
// VXLAN or GENEVE network belongs to the name.  Other tags and tunnel numbers
// do not: MPLS labels, GTP-U endpoints, PPPoE sessions and PPTP's GRE keys are
// chosen per direction or receiver, and a mirror port at a router shows
// queries and answers under different VLANs.  The tunnel part is folded to 32
// bits: somebody who forges a collision merges only networks he already
// writes into.

#include <array>
#include <cstdint>

#include "netlat/packet/segment.h"

namespace netlat {

using FlowWords = std::array<std::uint64_t, 6>;

inline std::uint32_t tunnel_identity(const Segment& segment) noexcept {
  constexpr std::uint32_t kOdd = 0x9e3779b1;  // 2^32 / golden ratio
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < segment.encap_count; ++i) {
    const Encap& layer = segment.encap[i];
    if (layer.kind == EncapKind::vxlan || layer.kind == EncapKind::geneve) {
      sum = (sum ^ layer.id) * kOdd + static_cast<std::uint32_t>(layer.kind);
    }
  }
  return sum;
}

/// The conversation between two ends at the capture point of `segment`, with
/// `transaction` telling exchanges of one conversation apart.
inline FlowWords flow_words(const IpAddress& a, Port a_port, const IpAddress& b,
                            Port b_port, const Segment& segment,
                            std::uint32_t transaction) noexcept {
  return {a.word0(),
          a.word1(),
          b.word0(),
          b.word1(),
          std::uint64_t{a_port} << 48 | std::uint64_t{b_port} << 32 |
              segment.vantage,
          std::uint64_t{tunnel_identity(segment)} << 32 | transaction};
}

}  // namespace netlat
