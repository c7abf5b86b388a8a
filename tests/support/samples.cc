// One frame or more for each link type, tag, tunnel and transport.

#include "tests/support/frames.h"

namespace netlat::test {
namespace {

TcpSpec typical() {
  TcpSpec spec;
  spec.timestamps = {100, 200};
  spec.payload = 20;
  return spec;
}

TcpSpec typical_v6() {
  TcpSpec spec = typical();
  spec.source = "2001:db8::1";
  spec.destination = "2001:db8::2";
  return spec;
}

void add_links(std::vector<Sample>& all) {
  const Frame v4 = tcp_packet(typical()), v6 = tcp_packet(typical_v6());
  const Frame sll_address = hex("00 06 02 00 00 00 00 09 00 00");
  all.push_back({"ethernet", 1, ethernet(0x0800, v4)});
  all.push_back({"ethernet ipv6", 1, ethernet(0x86dd, v6)});
  all.push_back({"null little-endian", 0, hex("02 00 00 00") + v4});
  all.push_back({"null big-endian", 0, hex("00 00 00 02") + v4});
  all.push_back({"null ipv6 openbsd", 0, hex("18 00 00 00") + v6});
  all.push_back({"null ipv6 freebsd", 0, hex("1c 00 00 00") + v6});
  all.push_back({"null ipv6 macos", 0, hex("1e 00 00 00") + v6});
  all.push_back({"loop", 108, hex("00 00 00 02") + v4});
  all.push_back({"loop ipv6", 108, hex("00 00 00 18") + v6});
  all.push_back({"raw", 101, v4});
  all.push_back({"raw ipv6", 101, v6});
  all.push_back({"dlt 12", 12, v4});
  all.push_back({"dlt 14", 14, v6});
  all.push_back({"ipv4", 228, v4});
  all.push_back({"ipv6", 229, v6});
  all.push_back(
      {"sll", 113, hex("00 04 00 01") + sll_address + hex("08 00") + v4});
  all.push_back({"sll2", 276,
                 hex("86 dd 00 00 00 00 00 07 00 01 04 06") +
                     hex("02 00 00 00 00 09 00 00") + v6});
  all.push_back({"sll llc", 113,
                 hex("00 04 00 01") + sll_address + hex("00 04") +
                     hex("aa aa 03 00 00 00 08 00") + v4});
  const Frame mark = hex("08 00 0a 00 61 62 63 00");  // 2 octets of padding
  const auto size = static_cast<std::uint8_t>(v4.size() + 4);
  all.push_back({"nflog little-endian", 239,
                 hex("02 00 00 05") + mark + Frame{size, 0, 9, 0} + v4});
  all.push_back({"nflog big-endian", 239,
                 hex("02 00 00 05") + Frame{0, size, 0, 9} + v4});
  all.push_back({"ppp", 9, hex("ff 03 00 21") + v4});
  all.push_back({"ppp compressed", 9, hex("21") + v4});
  all.push_back({"ppp hdlc ipv6", 50, hex("ff 03 00 57") + v6});
  all.push_back(
      {"ppp mpls", 50, hex("ff 03 02 81") + mpls_label(30, true) + v4});
  all.push_back({"ppp ether", 51, pppoe(3, hex("00 21") + v4)});
  all.push_back({"cisco hdlc", 104, hex("0f 00 08 00") + v4});
  all.push_back({"slip", 8, hex("00 45") + zeros(14) + v4});
  all.push_back({"fddi", 10,
                 hex("50 02 00 00 00 00 02 02 00 00 00 00 01") +
                     hex("aa aa 03 00 00 00 08 00") + v4});
}

void add_tags(std::vector<Sample>& all) {
  const Frame v4 = tcp_packet(typical()), v6 = tcp_packet(typical_v6());
  const Frame frame = ethernet(0x0800, v4);
  all.push_back({"vlan", 1, ethernet(0x8100, vlan_tag(5, 0x0800) + v4)});
  all.push_back(
      {"qinq", 1,
       ethernet(0x88a8, vlan_tag(5, 0x8100) + vlan_tag(6, 0x86dd) + v6)});
  all.push_back(
      {"old qinq", 1,
       ethernet(0x9100, vlan_tag(5, 0x8100) + vlan_tag(6, 0x0800) + v4)});
  all.push_back(
      {"mpls", 1,
       ethernet(0x8847, mpls_label(20, false) + mpls_label(21, true) + v4)});
  all.push_back({"mpls ipv6", 1, ethernet(0x8848, mpls_label(2, true) + v6)});
  all.push_back(
      {"mpls ethernet", 1, ethernet(0x8847, mpls_label(22, true) + frame)});
  all.push_back({"mpls control word", 1,
                 ethernet(0x8847, mpls_label(22, true) + be32(9) + frame)});
  all.push_back({"pppoe", 1, ethernet(0x8864, pppoe(3, hex("00 21") + v4))});
  all.push_back(
      {"pppoe ipv6", 1, ethernet(0x8864, pppoe(3, hex("00 57") + v6))});
  const auto length = static_cast<std::uint16_t>(v4.size() + 8);
  all.push_back(
      {"snap", 1, ethernet(length, hex("aa aa 03 00 00 00 08 00") + v4)});
  all.push_back({"llc ip", 1,
                 ethernet(static_cast<std::uint16_t>(v4.size() + 3),
                          hex("06 06 03") + v4)});
}

void add_tunnels(std::vector<Sample>& all) {
  const Frame v4 = tcp_packet(typical()), v6 = tcp_packet(typical_v6());
  const Frame frame = ethernet(0x0800, v4);
  const auto over = [&](std::string name, std::uint8_t protocol,
                        const Frame& inner) {
    all.push_back({name, 1, ethernet(0x0800, ipv4(protocol, inner))});
    all.push_back(
        {name + " over ipv6", 1, ethernet(0x86dd, ipv6(protocol, inner))});
  };
  over("ip in ip", 4, v4);
  over("ipv6 in ip", 41, v6);
  over("mpls in ip", 137, mpls_label(20, true) + v4);
  over("gre", 47, hex("00 00 08 00") + v4);
  over("gre key", 47, gre(0x86dd, 77, v6));
  over("gre all", 47, hex("b0 00 08 00 00 00 00 00") + be32(77) + be32(1) + v4);
  over("gre ethernet", 47, gre(0x6558, 78, frame));
  over("gre mpls", 47, gre(0x8847, 78, mpls_label(20, true) + v4));
  const auto ppp_size = static_cast<std::uint16_t>(v4.size() + 4);
  over("pptp", 47,
       hex("30 81 88 0b") + be16(ppp_size) + be16(99) + be32(1) + be32(2) +
           hex("ff 03 00 21") + v4);
  over("erspan 1", 47, hex("00 00 88 be") + frame);
  over("erspan 2", 47,
       hex("10 00 88 be 00 00 00 01  10 05 00 2a 00 00 00 00") + frame);
  over("erspan 3", 47,
       hex("10 00 22 eb 00 00 00 01  20 05 00 2b 00 00 00 00 00 00 00 00") +
           frame);
  over("erspan 3 long", 47,
       hex("10 00 22 eb 00 00 00 01  20 05 00 2b 00 00 00 00 00 00 00 01") +
           zeros(8) + frame);
  over(
      "erspan 3 ip", 47,
      hex("10 00 22 eb 00 00 00 01  20 05 00 2b 00 00 00 00 00 00 08 00") + v4);
  over("vxlan", 17, udp(4789, vxlan(42, frame)));
  over("vxlan linux", 17, udp(8472, vxlan(43, frame)));
  over("geneve", 17, udp(6081, geneve(44, 0x6558, frame)));
  over("geneve ip", 17, udp(6081, geneve(44, 0x0800, v4)));
  over("gtp", 17, udp(2152, gtpu(45, v4)));
  over("gtp ipv6", 17, udp(2152, gtpu(45, v6)));
}

void add_others(std::vector<Sample>& all) {
  const Frame v4 = tcp_packet(typical()), v6 = tcp_packet(typical_v6());
  const Frame segment(v6.begin() + 40, v6.end());
  const Frame hop = hex("3c 00 01 04 00 00 00 00");
  const Frame options = hex("2b 00 01 04 00 00 00 00");
  const Frame routing = hex("33 02 00 00 00 00 00 00") + zeros(16);
  const Frame authentication = hex("06 04 00 00") + zeros(20);
  all.push_back({"ipv6 extensions", 1,
                 ethernet(0x86dd, ipv6(0, hop + options + routing +
                                              authentication + segment))});
  all.push_back(
      {"ah", 1, ethernet(0x0800, ipv4(51, authentication + segment))});
  TcpSpec syn = typical();
  syn.flags = kSyn;
  syn.mss = 1460;
  syn.window_scale = 7;
  syn.sack_permitted = true;
  all.push_back({"syn", 1, tcp_frame(syn)});
  TcpSpec sack = typical();
  sack.sack = {{1, 2}, {3, 4}, {5, 6}};
  all.push_back({"sack", 1, tcp_frame(sack)});
  const auto other = [&](std::string name, Verdict verdict, Frame frame) {
    all.push_back({std::move(name), 1, std::move(frame), verdict});
  };
  other("udp", Verdict::udp, ethernet(0x0800, ipv4(17, udp(53, zeros(30)))));
  other("udp ipv6", Verdict::udp,
        ethernet(0x86dd, ipv6(17, udp(443, zeros(30)))));
  other("echo", Verdict::icmp,
        ethernet(0x0800, ipv4(1, hex("08 00 00 00 00 07 00 09") + zeros(40))));
  other("echo ipv6", Verdict::icmp,
        ethernet(0x86dd, ipv6(58, hex("80 00 00 00 00 07 00 09"))));
  other("unreachable", Verdict::icmp,
        ethernet(0x0800, ipv4(1, hex("03 04 00 00 00 00 05 78") + v4)));
  other("too big", Verdict::icmp,
        ethernet(0x86dd, ipv6(58, hex("02 00 00 00 00 00 05 00") + v6)));
  other("arp", Verdict::other, ethernet(0x0806, zeros(46)));
  other("esp", Verdict::other, ethernet(0x0800, ipv4(50, zeros(40))));
  other("no next header", Verdict::other, ethernet(0x86dd, ipv6(59, {})));
}

}  // namespace

std::vector<Sample> samples() {
  std::vector<Sample> all;
  add_links(all);
  add_tags(all);
  add_tunnels(all);
  add_others(all);
  return all;
}

}  // namespace netlat::test
