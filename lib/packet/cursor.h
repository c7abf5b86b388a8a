#pragma once
// Where the decoder stands in a frame, and how far each length lets it go.
//
// Two ends are kept.  `declared_end` is where the innermost header with a
// length says its contents stop.  `end` is how much of that can be read: never
// past the captured octets, never past any enclosing header, so that Ethernet
// padding and trailers do not pass for payload.  A header that does not fit
// before `end` was cut by the capture if it fits before `declared_end`, and
// contradicts its carrier if not.
//
// Invariant: at <= end <= declared_end, offsets from the first octet.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "netlat/base/bytes.h"
#include "netlat/packet/segment.h"

namespace netlat {

// Chains longer than any real network builds.  The first two are those of
// Suricata and Zeek, so the three agree on what is too deep.
inline constexpr unsigned kMaxLayers = 16;
inline constexpr unsigned kMaxTunnels = 4;
inline constexpr unsigned kMaxTags = 8;
inline constexpr unsigned kMaxLabels = 16;
inline constexpr unsigned kMaxExtensions = 10;
inline constexpr std::size_t kMaxExtensionOctets = 1280;

/// What stands at the cursor.  `stop`: nothing more; the verdict is known.
/// by_ethertype, by_protocol: what Cursor::ethertype or ::protocol announces.
enum class Layer : std::uint8_t {
  stop,
  by_ethertype,
  by_protocol,
  ethernet,
  null_loop,
  fddi,
  slip,
  sll,
  sll2,
  nflog,
  ppp,
  pppoe,
  llc,
  vlan,
  mpls,
  ip,  ///< the version nibble decides
  ipv4,
  ipv6,
  extension,  ///< an IPv6 extension header, or AH after IPv4
  ip_in_ip,
  mpls_in_ip,
  gre,
  erspan,
  tcp,
  udp,
  icmp,
  vxlan,
  geneve,
  gtpu,
};

struct Cursor {
  const std::uint8_t* data = nullptr;
  std::size_t at = 0;
  std::size_t end = 0;
  std::size_t declared_end = 0;
  std::uint64_t link_tag = 0;
  Verdict verdict = Verdict::other;  ///< valid at Layer::stop
  std::uint16_t ethertype = 0;
  std::uint8_t protocol = 0;  ///< of the IP header or extension before
  std::uint8_t layers = 0, tunnels = 0, tags = 0, labels = 0;
  bool fragment = false;        ///< an enclosing IP packet is a first fragment
  bool carrier_cuts = false;    ///< contents may rightly exceed their carrier
  bool super_segment = false;   ///< told of this frame, or found on the way
  bool length_unknown = false;  ///< the IP length was 0: offloading
  std::size_t network_at = 0;   ///< where the innermost IP header starts

  const std::uint8_t* here() const noexcept { return data + at; }
  bool has(std::size_t n) const noexcept { return end - at >= n; }
  std::size_t captured() const noexcept { return end - at; }
  std::size_t declared() const noexcept { return declared_end - at; }
  Bytes rest() const noexcept { return {here(), captured()}; }

  /// Contents that start here are `length` octets long and what follows them
  /// belongs to somebody else.  A length beyond the carrier's is taken as told.
  void set_length(std::size_t length) noexcept {
    declared_end = at + length;
    end = std::min(end, declared_end);
  }

  /// A header does not fit into its carrier.  In a first fragment that is no
  /// contradiction: the rest is on its way.
  Verdict contradiction() const noexcept {
    return fragment ? Verdict::other : Verdict::malformed;
  }
  /// Why `n` octets are not here.  Requires: !has(n).
  Verdict shortage(std::size_t n) const noexcept {
    return n <= declared() ? Verdict::truncated : contradiction();
  }
  Layer stop(Verdict v) noexcept {
    verdict = v;
    return Layer::stop;
  }
  Layer stop_short(std::size_t n) noexcept { return stop(shortage(n)); }

  /// A polynomial in an odd constant, 2^64 / golden ratio; every bit of each
  /// value reaches the upper half.
  void mix_tag(std::uint64_t value) noexcept {
    link_tag = (link_tag + value) * 0x9e3779b97f4a7c15;
  }
  std::uint32_t tag() const noexcept {
    return static_cast<std::uint32_t>(link_tag >> 32);
  }
};

/// Notes one tag or tunnel; false if there are more than a Segment holds.
inline bool add_encap(Segment& out, EncapKind kind, std::uint32_t id) noexcept {
  if (out.encap_count == out.encap.size()) return false;
  out.encap[out.encap_count++] = {kind, id};
  return true;
}

// A Segment is used again and again without being cleared as a whole.  What an
// IPv4 header and a TCP header always write is cleared only where another
// kind of packet leaves it alone.
void forget_network(Segment& out) noexcept;
void forget_transport(Segment& out) noexcept;

}  // namespace netlat
