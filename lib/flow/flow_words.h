#pragma once
// The six words that name a conversation in a keyed table.
//
// Two tenants may use the same addresses behind different tunnels, so the
// identity of tags and tunnels that keep it in both directions (VLAN, VXLAN,
// GENEVE, GRE key) belongs to the name.  MPLS labels, GTP-U tunnel endpoints
// and PPPoE sessions are chosen per direction or per receiver and would tear
// a question from its answer; they are left out.  The tunnel part is folded
// to 32 bits: somebody who forges a collision merges only tunnels he already
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
    if (layer.kind == EncapKind::vlan || layer.kind == EncapKind::vxlan ||
        layer.kind == EncapKind::geneve || layer.kind == EncapKind::gre) {
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
