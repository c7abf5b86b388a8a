// Link types, tags and tunnels: the TCP packet inside comes out the same
// whatever carries it.

#include <gtest/gtest.h>

#include <set>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;
using test::hex;
using test::operator+;

TEST(DecodeCarrier, FindsThePacketInEverySample) {
  for (const test::Sample& sample : test::samples()) {
    SCOPED_TRACE(sample.name);
    Segment out;
    ASSERT_EQ(test::decode(sample.frame, out, sample.link), sample.verdict);
    if (sample.verdict != Verdict::tcp) continue;
    const bool v6 = out.ipv6;
    EXPECT_EQ(out.transport, Transport::tcp);
    EXPECT_EQ(out.source_port, 40000);
    EXPECT_EQ(out.destination_port, 443);
    EXPECT_EQ(out.tcp.seq, Seq32{1000});
    EXPECT_EQ(out.tcp.ack, Seq32{2000});
    EXPECT_EQ(out.tcp.window, 512);
    EXPECT_TRUE(out.tcp.has_timestamps);
    EXPECT_EQ(out.tcp.tsval, 100u);
    EXPECT_EQ(out.tcp.tsecr, 200u);
    EXPECT_EQ(out.payload_length, 20u);
    EXPECT_EQ(Frame(out.payload.begin(), out.payload.end()), Frame(20, 'x'));
    EXPECT_EQ(out.ttl, 64);
    EXPECT_EQ(out.ip_protocol, 6);
    EXPECT_EQ(out.has_ip_id, !v6);
    EXPECT_FALSE(out.super_segment);
    EXPECT_FALSE(out.tcp.options_cut);
    EXPECT_FALSE(out.tcp.options_bad);
  }
}

struct EncapRow {
  const char* name;  ///< of a sample
  std::vector<Encap> encap;
  bool tunnelled;
};

TEST(DecodeCarrier, NamesTagsAndTunnelsOutermostFirst) {
  const EncapRow rows[] = {
      {"ethernet", {}, false},
      {"vlan", {{EncapKind::vlan, 5}}, false},
      {"qinq", {{EncapKind::vlan, 5}, {EncapKind::vlan, 6}}, false},
      {"mpls", {{EncapKind::mpls, 21}}, false},
      {"mpls control word", {{EncapKind::mpls, 22}}, false},
      {"pppoe", {{EncapKind::pppoe, 3}}, false},
      {"ppp ether", {{EncapKind::pppoe, 3}}, false},
      {"ip in ip", {{EncapKind::ipip, 0}}, true},
      {"mpls in ip", {{EncapKind::ipip, 0}, {EncapKind::mpls, 20}}, true},
      {"gre", {{EncapKind::gre, 0}}, true},
      {"gre key", {{EncapKind::gre, 77}}, true},
      {"gre all", {{EncapKind::gre, 77}}, true},
      {"pptp", {{EncapKind::gre, 99}}, true},
      {"erspan 1", {{EncapKind::erspan, 0}}, true},
      {"erspan 2", {{EncapKind::erspan, 42}}, true},
      {"erspan 3", {{EncapKind::erspan, 43}}, true},
      {"erspan 3 long", {{EncapKind::erspan, 43}}, true},
      {"vxlan over ipv6", {{EncapKind::vxlan, 42}}, true},
      {"vxlan linux", {{EncapKind::vxlan, 43}}, true},
      {"geneve ip", {{EncapKind::geneve, 44}}, true},
      {"gtp", {{EncapKind::gtpu, 45}}, true},
  };
  const auto all = test::samples();
  for (const EncapRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto sample =
        std::find_if(all.begin(), all.end(),
                     [&](const auto& s) { return s.name == row.name; });
    ASSERT_NE(sample, all.end());
    Segment out;
    ASSERT_EQ(test::decode(sample->frame, out, sample->link), Verdict::tcp);
    const std::vector<Encap> got(out.encap.begin(),
                                 out.encap.begin() + out.encap_count);
    EXPECT_EQ(got, row.encap);
    EXPECT_EQ(out.tunnelled, row.tunnelled);
    if (!row.tunnelled) continue;
    const bool v6 = sample->name.find("over ipv6") != std::string::npos;
    EXPECT_EQ(out.outer_source.text(), v6 ? "2001:db8::1" : "192.0.2.1");
    EXPECT_EQ(out.outer_destination.text(), v6 ? "2001:db8::2" : "192.0.2.2");
  }
}

TEST(DecodeCarrier, OuterAddressesAreThoseOfTheInnermostTunnel) {
  const Frame inner = test::ipv6(
      41, test::tcp_packet({.source = "fc00::1", .destination = "fc00::2"}));
  Segment out;
  ASSERT_EQ(test::decode(test::ethernet(0x0800, test::ipv4(41, inner)), out),
            Verdict::tcp);
  EXPECT_EQ(out.source.text(), "fc00::1");
  EXPECT_EQ(out.outer_source.text(), "2001:db8::1");
  EXPECT_EQ(out.encap_count, 2);
}

TEST(DecodeCarrier, VxlanPortsCanBeAdded) {
  const Frame frame = test::ethernet(
      0x0800,
      test::ipv4(17, test::udp(8500, test::vxlan(9, test::tcp_frame()))));
  Segment out;
  EXPECT_EQ(test::decode(frame, out), Verdict::udp);
  DecodeOptions options;
  options.vxlan_ports = {9999, 8500};
  EXPECT_EQ(decode(test::view(frame), 1, options, out), Verdict::tcp);
  EXPECT_EQ(out.encap[0], (Encap{EncapKind::vxlan, 9}));
}

struct UdpRow {
  const char* name;
  Port port;
  Frame payload;
};

TEST(DecodeCarrier, WhatIsNoTunnelHeaderStaysADatagram) {
  const UdpRow rows[] = {
      {"vxlan without VNI", 4789, test::zeros(40)},
      {"vxlan too short", 4789, hex("08 00 00 00 00 00 2a")},
      {"geneve version 1", 6081,
       hex("40 00 65 58 00 00 2c 00") + test::zeros(9)},
      {"geneve options too long", 6081, hex("3f 00 08 00 00 00 2c 00")},
      {"gtp echo", 2152, hex("30 01 00 00 00 00 00 00")},
      {"gtp version 2", 2152, hex("50 ff 00 00 00 00 00 00")},
  };
  for (const UdpRow& row : rows) {
    SCOPED_TRACE(row.name);
    Segment out;
    const Frame datagram = test::udp(row.port, row.payload);
    ASSERT_EQ(
        test::decode(test::ethernet(0x0800, test::ipv4(17, datagram)), out),
        Verdict::udp);
    EXPECT_EQ(out.payload_length, row.payload.size());
    EXPECT_EQ(out.encap_count, 0);
    EXPECT_FALSE(out.tunnelled);
    EXPECT_EQ(out.source.text(), "192.0.2.1");
  }
}

TEST(DecodeCarrier, AnArpInATunnelHasNoAddressesOfItsOwn) {
  const Frame arp = test::ethernet(0x0806, test::zeros(46));
  Segment out;
  ASSERT_EQ(
      test::decode(
          test::ethernet(0x0800,
                         test::ipv4(17, test::udp(4789, test::vxlan(1, arp)))),
          out),
      Verdict::other);
  EXPECT_EQ(out.source, IpAddress{});
  EXPECT_EQ(out.source_port, 0);
  EXPECT_EQ(out.transport, Transport::other);
  EXPECT_EQ(out.outer_source.text(), "192.0.2.1");
}

TEST(DecodeCarrier, AnArpKeepsNothingOfThePacketBefore) {
  Segment out;
  const Frame fragment = test::ethernet(
      0x86dd, test::ipv6(44, hex("06 00 00 09 00 00 00 01") + test::zeros(20)));
  PacketView before = test::view(fragment);
  before.segmentation_offload = true;
  ASSERT_EQ(decode(before, 1, {}, out), Verdict::other);
  ASSERT_TRUE(out.later_fragment && out.super_segment && out.ipv6);
  ASSERT_EQ(test::decode(test::ethernet(0x0806, test::zeros(46)), out),
            Verdict::other);
  EXPECT_EQ(out.source, IpAddress{});
  EXPECT_EQ(out.destination, IpAddress{});
  EXPECT_EQ(out.ip_protocol, 0);
  EXPECT_EQ(out.ttl, 0);
  EXPECT_FALSE(out.ipv6);
  EXPECT_FALSE(out.later_fragment);
  EXPECT_FALSE(out.super_segment);
  EXPECT_EQ(out.payload_length, 46u);
}

TEST(DecodeCarrier, PriorityTagIsNoVlan) {
  const Frame frame = test::ethernet(
      0x8100, test::vlan_tag(0xe000, 0x0800) + test::tcp_packet());
  Segment out;
  ASSERT_EQ(test::decode(frame, out), Verdict::tcp);
  EXPECT_EQ(out.encap_count, 0);
}

TEST(DecodeCarrier, TagTellsPlacesApartAndNothingElse) {
  const Frame packet = test::tcp_packet({.seq = 1});
  const Frame one = test::ethernet(0x0800, packet);
  Frame other_source = one, other_destination = one;
  other_source[11] = 9;
  other_destination[5] = 9;
  Frame swapped(one.begin() + 6, one.begin() + 12);
  swapped = swapped + Frame(one.begin(), one.begin() + 6) +
            Frame(one.begin() + 12, one.end());
  const Frame vlan = test::ethernet(0x8100, test::vlan_tag(5, 0x0800) + packet);
  const Frame vlan6 =
      test::ethernet(0x8100, test::vlan_tag(6, 0x0800) + packet);
  std::set<std::uint32_t> tags;
  Segment out;
  for (const Frame& frame :
       {one, other_source, other_destination, swapped, vlan, vlan6}) {
    ASSERT_EQ(test::decode(frame, out), Verdict::tcp);
    tags.insert(out.link_tag);
  }
  EXPECT_EQ(tags.size(), 6u);

  ASSERT_EQ(test::decode(test::tcp_frame({.seq = 2}), out), Verdict::tcp);
  EXPECT_TRUE(tags.contains(out.link_tag)) << "the packet is not hashed";
}

TEST(DecodeCarrier, CookedCapturesTellTypeAndInterface) {
  const Frame head = hex("08 00 00 00 00 00 00 07 00 01");
  const Frame tail = hex("06 02 00 00 00 00 09 00 00") + test::tcp_packet();
  Segment to_us, outgoing;
  ASSERT_EQ(test::decode(head + hex("00") + tail, to_us, 276), Verdict::tcp);
  ASSERT_EQ(test::decode(head + hex("04") + tail, outgoing, 276), Verdict::tcp);
  EXPECT_EQ(to_us.ifindex, 7u);
  EXPECT_NE(to_us.link_tag, outgoing.link_tag);
  ASSERT_EQ(test::decode(test::tcp_frame(), to_us), Verdict::tcp);
  EXPECT_EQ(to_us.ifindex, 0u) << "left over from the packet before";
}

struct LinkRow {
  const char* name;
  LinkType link;
  Frame frame;
  Verdict verdict;
};

TEST(DecodeCarrier, WhatIsNotIp) {
  const Frame v4 = test::tcp_packet();
  const LinkRow rows[] = {
      {"unknown link type", 127, v4, Verdict::unsupported_link},
      {"empty frame", 1, {}, Verdict::malformed},
      {"null with another family", 0, hex("07 00 00 00") + v4, Verdict::other},
      {"raw with another version", 101, hex("50") + test::zeros(40),
       Verdict::malformed},
      {"ipv4 link with ipv6", 228, hex("60") + test::zeros(60),
       Verdict::malformed},
      {"compressed slip", 8, hex("00 80") + test::zeros(40), Verdict::other},
      {"fddi station management", 10, hex("41") + test::zeros(40),
       Verdict::other},
      {"sll netlink", 113, test::zeros(40), Verdict::other},
      {"nflog without payload", 239, hex("02 00 00 05 05 00 01 00 78 00 00 00"),
       Verdict::other},
      {"nflog attribute too short", 239, hex("02 00 00 05 03 00 01 00"),
       Verdict::malformed},
      {"nflog attribute too long", 239, hex("02 00 00 05 ff 00 01 00 78"),
       Verdict::malformed},
      {"nflog arp", 239, hex("03 00 00 05 08 00 09 00 01 02 03 04"),
       Verdict::other},
      {"ppp lcp", 9, hex("ff 03 c0 21 01 01 00 04"), Verdict::other},
      {"cisco keepalive", 104, hex("8f 00 80 35 00 00 00 02"), Verdict::other},
      {"pppoe discovery", 51, hex("11 09 00 00 00 00"), Verdict::other},
      {"pppoe version 2", 51, hex("21 00 00 00 00 00"), Verdict::malformed},
      {"pppoe too long", 51, hex("11 00 00 01 00 ff 00 21") + v4,
       Verdict::malformed},
      {"spanning tree", 1,
       test::ethernet(38, hex("42 42 03") + test::zeros(43)), Verdict::other},
      {"snap of cisco", 1,
       test::ethernet(46, hex("aa aa 03 00 00 0c 20 00") + test::zeros(38)),
       Verdict::other},
      {"mpls with something else", 1,
       test::ethernet(0x8847, test::mpls_label(3, true) + test::zeros(40)),
       Verdict::other},
      {"gre version 2", 1,
       test::ethernet(0x0800, test::ipv4(47, hex("00 02 08 00") + v4)),
       Verdict::other},
      {"gre source route", 1,
       test::ethernet(0x0800, test::ipv4(47, hex("40 00 08 00") + v4)),
       Verdict::other},
      {"gre keepalive", 1,
       test::ethernet(0x0800, test::ipv4(47, hex("00 00 00 00"))),
       Verdict::other},
      {"pptp acknowledgment", 1,
       test::ethernet(0x0800, test::ipv4(47, hex("20 81 88 0b 00 00 00 63"
                                                 "00 00 00 01"))),
       Verdict::other},
      {"icmp6 in ipv4", 1,
       test::ethernet(0x0800, test::ipv4(58, test::zeros(8))), Verdict::other},
      {"icmp in ipv6", 1, test::ethernet(0x86dd, test::ipv6(1, test::zeros(8))),
       Verdict::other},
  };
  for (const LinkRow& row : rows) {
    SCOPED_TRACE(row.name);
    Segment out;
    ASSERT_EQ(test::decode(test::tcp_frame(), out), Verdict::tcp);
    EXPECT_EQ(test::decode(row.frame, out, row.link), row.verdict);
    EXPECT_EQ(link_supported(row.link),
              row.verdict != Verdict::unsupported_link);
    if (row.verdict == Verdict::other) {
      EXPECT_EQ(out.transport, Transport::other);
      EXPECT_EQ(out.source_port, 0);
    }
  }
}

TEST(DecodeCarrier, EveryEncapHasAName) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(EncapKind::gtpu); ++kind) {
    names.insert(encap_name(static_cast<EncapKind>(kind)));
  }
  EXPECT_EQ(names.size(), 9u);
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace netlat
