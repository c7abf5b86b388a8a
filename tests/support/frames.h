#pragma once
// Frames for tests.  TCP over IP is built by libtins, an independent writer;
// carriers around it are written octet by octet as their documents draw them,
// since libtins has few of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlat/base/packet_view.h"
#include "netlat/packet/decode.h"

namespace netlat::test {

using Frame = std::vector<std::uint8_t>;

// Pieces.
Frame be16(std::uint16_t v);
Frame be32(std::uint32_t v);
/// "01 01 08 0a"; spaces are free.
Frame hex(std::string_view digits);
Frame zeros(std::size_t n);
/// Found by name lookup only after `using test::operator+`.
Frame operator+(Frame a, const Frame& b);

/// A TCP segment and the IP packet around it.
struct TcpSpec {
  std::string source = "10.0.0.1", destination = "10.0.0.2";  ///< or IPv6
  Port source_port = 40000, destination_port = 443;
  std::uint32_t seq = 1000, ack = 2000;
  std::uint8_t flags = kAck;
  std::uint16_t window = 512;
  std::uint16_t ip_id = 7;  ///< IPv4
  std::uint8_t ttl = 64;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> timestamps{};
  std::optional<std::uint16_t> mss{};
  std::optional<std::uint8_t> window_scale{};
  bool sack_permitted = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sack{};
  std::size_t payload = 0;  ///< octets
};
/// The IP packet, IPv4 or IPv6 as the addresses are.
Frame tcp_packet(const TcpSpec& spec = {});
/// The same in Ethernet II.
Frame tcp_frame(const TcpSpec& spec = {});

// Carriers.  Lengths are right and checksums zero.
Frame ethernet(std::uint16_t ethertype, const Frame& inner);
Frame ipv4(std::uint8_t protocol, const Frame& inner);
Frame ipv6(std::uint8_t next_header, const Frame& inner);
Frame udp(Port destination, const Frame& inner);
Frame vlan_tag(std::uint16_t id, std::uint16_t next_ethertype);
Frame mpls_label(std::uint32_t label, bool bottom);
Frame pppoe(std::uint16_t session, const Frame& ppp);
Frame gre(std::uint16_t protocol, std::uint32_t key, const Frame& inner);
Frame vxlan(std::uint32_t vni, const Frame& inner);
Frame geneve(std::uint32_t vni, std::uint16_t protocol, const Frame& inner);
Frame gtpu(std::uint32_t teid, const Frame& inner);

/// A frame, what it is, and what becomes of it.
struct Sample {
  std::string name;
  LinkType link = 1;
  Frame frame;
  Verdict verdict = Verdict::tcp;
};
/// At least one for each link type, tag, tunnel and transport.
std::vector<Sample> samples();

/// A view of the whole frame; valid as long as the frame.
PacketView view(const Frame& frame);
/// Decodes with default options.
Verdict decode(const Frame& frame, Segment& out, LinkType link = 1);

}  // namespace netlat::test
