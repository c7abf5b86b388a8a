#pragma once
// What one frame says, decoded: the input of every flow.

#include <array>
#include <cstdint>

#include "netlat/base/address.h"
#include "netlat/base/bytes.h"
#include "netlat/base/serial.h"
#include "netlat/base/time.h"

namespace netlat {

enum class Transport : std::uint8_t { tcp, udp, icmp, icmp6, other };

/// TCP header flags (RFC 9293 3.1) as bits.
enum TcpFlag : std::uint8_t {
  kFin = 0x01,
  kSyn = 0x02,
  kRst = 0x04,
  kPsh = 0x08,
  kAck = 0x10,
  kUrg = 0x20,
  kEce = 0x40,
  kCwr = 0x80,
};

/// One tunnel or tag around the packet that was analysed.
enum class EncapKind : std::uint8_t {
  vlan,
  mpls,
  pppoe,
  gre,
  erspan,
  ipip,
  vxlan,
  geneve,
  gtpu,
};
struct Encap {
  EncapKind kind;
  std::uint32_t id;  ///< VLAN id, label, session, key, VNI or TEID; else 0

  friend bool operator==(const Encap&, const Encap&) = default;
};
/// "vlan", "vxlan" and so on, as records spell them.
const char* encap_name(EncapKind kind);

/// A SACK block (RFC 2018), left edge inclusive, right edge exclusive.
struct SackBlock {
  Seq32 left, right;
};

/// The TCP part.  Options that were absent, cut off or malformed are marked
/// absent; `options_cut` and `options_bad` say which of the latter happened.
/// MSS, window scale and SACK permitted are given on any segment that carries
/// them, though hosts heed them on SYNs alone; of an option that repeats the
/// last one counts, as it does for the receiving host.
struct TcpFields {
  // Both pairs stand in the order that makes each one load and one store on
  // little-endian machines.
  Seq32 ack, seq;
  std::uint32_t tsecr = 0, tsval = 0;  ///< RFC 7323; 0 unless has_timestamps
  std::uint16_t window = 0;            ///< as in the header, unscaled
  std::uint8_t flags = 0;              ///< TcpFlag bits
  bool options_cut = false;       ///< the snapshot length ended in the options
  std::uint16_t mss = 0;          ///< 0: no option
  std::uint8_t window_scale = 0;  ///< shift 0..14, if has_window_scale
  std::uint8_t sack_count = 0;
  bool has_timestamps = false;
  bool has_window_scale = false;
  bool sack_permitted = false;
  bool options_bad = false;       ///< an impossible option length
  std::array<SackBlock, 4> sack;  ///< the first sack_count are valid
};

/// The packet an ICMP error quotes: whose flow it concerns (RFC 792, 4443).
struct QuotedPacket {
  IpAddress source, destination;
  Port source_port = 0, destination_port = 0;
  Transport transport = Transport::other;
  Seq32 seq;  ///< TCP only
};

struct IcmpFields {
  std::uint8_t type = 0, code = 0;
  std::uint16_t id = 0, sequence = 0;  ///< echo and echo reply
  std::uint32_t next_hop_mtu = 0;      ///< fragmentation needed / too big
  bool has_quote = false;
  QuotedPacket quote;
};

/// A decoded packet.  `payload` is borrowed: valid as long as the frame.
///
/// Lengths come from the IP and transport headers, never from how much was
/// captured; `payload_length` can therefore exceed `payload.size()`.  What one
/// packet uses stands first, what few packets have stands last.
struct Segment {
  Stamp time;
  std::uint64_t frame = 0;
  IpAddress source, destination;
  Port destination_port = 0, source_port = 0;  ///< TCP and UDP
  std::uint16_t ip_id = 0;
  std::uint8_t ttl = 0;  ///< hop limit for IPv6
  std::uint8_t ip_protocol = 0;
  std::uint8_t dscp_ecn = 0;  ///< traffic class octet
  Transport transport = Transport::other;
  bool ipv6 = false;
  bool has_ip_id = false;       ///< IPv4; ip_id is valid only then
  bool first_fragment = false;  ///< offset 0 with more to follow; the payload
                                ///< is what this fragment holds
  bool later_fragment = false;  ///< offset > 0: no transport header
  /// Larger than a wire frame (TSO, GRO): the capture says so, an IP length
  /// of 0 or a jumbogram says so, or the IP packet exceeds 9216 octets, the
  /// largest MTU in use.  Smaller ones cannot be told from jumbo frames here;
  /// the connection's MSS tells.
  bool super_segment = false;
  std::uint8_t encap_count = 0;
  bool tunnelled = false;            ///< outer_source and outer_destination
  std::uint32_t ifindex = 0;         ///< of a Linux cooked capture v2, else 0:
                                     ///< part of the capture point
  std::uint32_t vantage = 0;         ///< capture point; flows never mix them
  std::uint32_t payload_length = 0;  ///< transport payload, octets; of the IP
                                     ///< payload where there is no transport
  std::uint32_t link_tag = 0;  ///< hash of link addresses and packet type:
                               ///< equal packets that differ here were seen
                               ///< at two places
  Bytes payload;               ///< captured part of the transport payload
  TcpFields tcp;               ///< valid if transport is tcp
  /// The first encap_count are valid, outermost first.  A stack of MPLS labels
  /// is one entry with the innermost label; VLAN 0 is a priority, no entry.
  std::array<Encap, 8> encap;
  IpAddress outer_source, outer_destination;  ///< of the innermost tunnel,
                                              ///< valid if tunnelled
  IcmpFields icmp;  ///< valid if transport is icmp or icmp6

  bool has(TcpFlag flag) const { return (tcp.flags & flag) != 0; }
  /// 0: there is none, or the sender has not set it.
  std::uint16_t told_ip_id() const {
    return has_ip_id ? ip_id : std::uint16_t{0};
  }
  /// Sequence space used: payload plus SYN and FIN (RFC 9293 3.4).
  std::uint32_t sequence_length() const {
    if ((tcp.flags & (kSyn | kFin)) == 0) [[likely]]
      return payload_length;
    return payload_length + (has(kSyn) ? 1u : 0u) + (has(kFin) ? 1u : 0u);
  }
};

/// What became of one frame.  Every frame has exactly one verdict, so the
/// counts add up to the frames read.
enum class Verdict : std::uint8_t {
  tcp,  ///< a TCP segment with a whole fixed header
  udp,
  icmp,              ///< ICMP or ICMPv6
  other,             ///< understood and none of the above: ARP, other protocol,
                     ///< a later fragment
  truncated,         ///< the snapshot length ended inside a needed header
  malformed,         ///< a header contradicts itself or the frame
  too_deep,          ///< more nested headers than the decoder follows
  unsupported_link,  ///< link type not known to the decoder
};
inline constexpr std::size_t kVerdicts = 8;

}  // namespace netlat
