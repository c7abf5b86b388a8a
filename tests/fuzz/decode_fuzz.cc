// One frame of any link type, alone and as a run of one.  The first octet
// chooses the link type, the second how much longer the frame was on the wire;
// the rest is the frame.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "netlat/packet/decode.h"
#include "tests/fuzz/require.h"

namespace {

constexpr netlat::LinkType kLinks[] = {
    1, 0, 8, 9, 10, 12, 14, 50, 51, 101, 104, 108, 113, 228, 229, 239, 276};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  netlat::PacketView packet;
  packet.data = netlat::Bytes(data, size).subspan(2);
  packet.wire_length =
      static_cast<std::uint32_t>(packet.data.size() + data[1] * 16u);
  const netlat::LinkType link = kLinks[data[0] % std::size(kLinks)];

  // Whatever the packet before left behind must not show.
  static netlat::Segment reused;
  netlat::Segment fresh;
  const auto verdict = netlat::decode(packet, link, {}, fresh);
  netlat::VerdictCounts counts{};
  const bool kept =
      netlat::decode_run({&packet, 1}, link, {}, {&reused, 1}, counts) == 1;
  require(counts[static_cast<std::size_t>(verdict)] == 1);
  require(kept == netlat::measured(verdict));
  if (verdict >= netlat::Verdict::truncated) return 0;

  const netlat::Segment& s = fresh;
  require(s.payload.size() <= s.payload_length);
  require(s.payload.empty() || (s.payload.data() >= packet.data.data() &&
                                s.payload.data() + s.payload.size() <=
                                    packet.data.data() + packet.data.size()));
  require(s.encap_count <= s.encap.size());
  require(s.source == reused.source && s.destination == reused.destination);
  require(s.source_port == reused.source_port);
  require(s.destination_port == reused.destination_port);
  require(s.transport == reused.transport && s.ipv6 == reused.ipv6);
  require(s.payload_length == reused.payload_length);
  require(s.first_fragment == reused.first_fragment);
  require(s.later_fragment == reused.later_fragment);
  require(s.super_segment == reused.super_segment);
  require(s.ip_protocol == reused.ip_protocol && s.ttl == reused.ttl);
  require(s.link_tag == reused.link_tag && s.ifindex == reused.ifindex);
  require(s.tunnelled == reused.tunnelled);
  if (verdict == netlat::Verdict::tcp) {
    require(s.tcp.sack_count <= s.tcp.sack.size());
    require(!s.later_fragment);
    require(s.tcp.sack_count == reused.tcp.sack_count);
    require(s.tcp.has_timestamps == reused.tcp.has_timestamps);
    require(s.tcp.mss == reused.tcp.mss);
    require(s.tcp.options_bad == reused.tcp.options_bad);
    require(s.tcp.options_cut == reused.tcp.options_cut);
    require(!s.tcp.has_window_scale || s.tcp.window_scale <= 14);
  }
  if (verdict == netlat::Verdict::icmp) {
    require(s.icmp.has_quote == reused.icmp.has_quote);
  }
  return 0;
}
