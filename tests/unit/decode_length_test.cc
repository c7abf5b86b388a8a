// Lengths: headers decide, never what was captured; contradictions are told.

#include <gtest/gtest.h>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;
using test::hex;
using test::operator+;

constexpr std::size_t kEthernet = 14, kIpv4 = 20, kTcp = 20;

/// Overwrites two octets.
Frame with16(Frame frame, std::size_t at, std::uint16_t value) {
  frame[at] = static_cast<std::uint8_t>(value >> 8);
  frame[at + 1] = static_cast<std::uint8_t>(value);
  return frame;
}
Frame with8(Frame frame, std::size_t at, std::uint8_t value) {
  frame[at] = value;
  return frame;
}
Frame with_total(Frame frame, std::uint16_t total) {
  return with16(std::move(frame), kEthernet + 2, total);
}

Verdict decode_cut(const Frame& frame, std::size_t wire, Segment& out) {
  PacketView packet = test::view(frame);
  packet.wire_length = static_cast<std::uint32_t>(wire);
  return decode(packet, 1, {}, out);
}

TEST(DecodeLength, PaddingIsNoPayload) {
  for (std::size_t payload : {0u, 1u, 5u}) {
    Segment out;
    const Frame frame = test::tcp_frame({.payload = payload}) + test::zeros(30);
    ASSERT_EQ(test::decode(frame, out), Verdict::tcp);
    EXPECT_EQ(out.payload_length, payload);
    EXPECT_EQ(out.payload.size(), payload);
  }
}

TEST(DecodeLength, PaddingIsNoOption) {
  // Six octets of padding after a header that claims one word of options.
  Frame frame = test::tcp_frame();
  frame[kEthernet + kIpv4 + 12] = 0x60;
  Segment out;
  EXPECT_EQ(test::decode(frame + hex("03 03 07 00 00 00"), out),
            Verdict::malformed);
}

TEST(DecodeLength, CutPayloadKeepsItsLength) {
  const Frame whole =
      test::tcp_frame({.timestamps = {{1, 2}}, .payload = 1000});
  for (std::size_t snap : {66u, 68u, 96u, 500u}) {
    const Frame frame(whole.begin(), whole.begin() + static_cast<long>(snap));
    Segment out;
    ASSERT_EQ(decode_cut(frame, whole.size(), out), Verdict::tcp);
    EXPECT_EQ(out.payload_length, 1000u);
    EXPECT_EQ(out.payload.size(), snap - 66);
    EXPECT_TRUE(out.tcp.has_timestamps);
    EXPECT_FALSE(out.tcp.options_cut);
  }
}

struct Row {
  const char* name;
  Frame frame;
  Verdict verdict;
  std::uint32_t payload_length = 0;
};

TEST(DecodeLength, Ipv4HeadersThatContradict) {
  const Frame good = test::tcp_frame({.payload = 100});  // 154 octets
  const Row rows[] = {
      {"as it is", good, Verdict::tcp, 100},
      {"version 6", with8(good, 14, 0x65), Verdict::malformed},
      {"header of 16", with8(good, 14, 0x44), Verdict::malformed},
      {"header of 0", with8(good, 14, 0x40), Verdict::malformed},
      {"total below header", with_total(good, 19), Verdict::malformed},
      {"total of header alone", with_total(good, 20), Verdict::malformed},
      {"one octet short of TCP", with_total(good, 39), Verdict::malformed},
      {"just TCP", with_total(good, 40), Verdict::tcp, 0},
      {"payload shorter", with_total(good, 90), Verdict::tcp, 50},
      {"one octet beyond the frame", with_total(good, 141), Verdict::malformed},
      {"far beyond the frame", with_total(good, 65535), Verdict::malformed},
      {"zero, offloaded", with_total(good, 0), Verdict::tcp, 100},
      {"header of 60, TCP in what was payload", with8(good, 14, 0x4f),
       Verdict::tcp, 52},
      {"TCP header of 16", with8(good, 46, 0x40), Verdict::malformed},
      {"TCP header of 0", with8(good, 46, 0x00), Verdict::malformed},
      {"TCP header of 60", with8(good, 46, 0xf0), Verdict::tcp, 60},
      {"TCP header beyond the packet", with8(with_total(good, 60), 46, 0xf0),
       Verdict::malformed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Segment out;
    ASSERT_EQ(test::decode(row.frame, out), row.verdict);
    if (row.verdict != Verdict::tcp) continue;
    EXPECT_EQ(out.payload_length, row.payload_length);
  }
}

// Every IPv4 length, header length and TCP header length there is, against
// the rule said once in words.
TEST(DecodeLength, AllCombinationsOfThreeLengths) {
  const std::size_t wire = 154;
  const Frame good = test::tcp_frame({.payload = 100});
  for (unsigned header = 0; header < 16; ++header) {
    for (unsigned offset = 0; offset < 16; ++offset) {
      for (unsigned total = 1; total < 200; ++total) {
        Frame frame = with_total(good, static_cast<std::uint16_t>(total));
        frame[kEthernet + header * 4 + 12] =
            static_cast<std::uint8_t>(offset << 4);
        frame[kEthernet] = static_cast<std::uint8_t>(0x40 | header);
        const bool usable = header >= 5 && total <= wire - kEthernet &&
                            total >= header * 4 + kTcp && offset >= 5 &&
                            total >= header * 4 + offset * 4;
        Segment out;
        const Verdict verdict = test::decode(frame, out);
        ASSERT_EQ(verdict, usable ? Verdict::tcp : Verdict::malformed)
            << header << ' ' << offset << ' ' << total;
        if (!usable) continue;
        ASSERT_EQ(out.payload_length, total - header * 4 - offset * 4);
        ASSERT_LE(out.payload.size(), out.payload_length);
      }
    }
  }
}

TEST(DecodeLength, SnapshotEndsInAHeader) {
  const Frame whole = test::tcp_frame({.payload = 100});
  for (std::size_t snap = 0; snap < kEthernet + kIpv4 + kTcp; ++snap) {
    const Frame frame(whole.begin(), whole.begin() + static_cast<long>(snap));
    Segment out;
    EXPECT_EQ(decode_cut(frame, whole.size(), out), Verdict::truncated) << snap;
  }
}

TEST(DecodeLength, WireLengthBelowTheCapturedIsNotBelieved) {
  Segment out;
  ASSERT_EQ(decode_cut(test::tcp_frame({.payload = 100}), 20, out),
            Verdict::tcp);
  EXPECT_EQ(out.payload_length, 100u);
}

TEST(DecodeLength, OffloadedIpv4) {
  // 131,124 octets on the wire, the largest a GRO queue of 128 KiB makes; the
  // capture holds 100 of them.
  const Frame head = with_total(test::tcp_frame({.payload = 46}), 0);
  Segment out;
  ASSERT_EQ(decode_cut(head, 131'124, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 131'124u - 54);
  EXPECT_EQ(out.payload.size(), 46u);
  EXPECT_TRUE(out.super_segment);

  const Frame small = with_total(test::tcp_frame({.payload = 6}), 0);
  EXPECT_EQ(decode_cut(small, 60, out), Verdict::malformed);
  const Frame icmp =
      with_total(test::ethernet(0x0800, test::ipv4(1, test::zeros(80))), 0);
  EXPECT_EQ(test::decode(icmp, out), Verdict::malformed);
}

TEST(DecodeLength, OffloadedInsideATunnel) {
  const Frame inner = with_total(test::tcp_frame({.payload = 46}), 0);
  Frame datagram = test::udp(4789, test::vxlan(1, inner));
  datagram = with16(datagram, 4, 0);
  const Frame frame =
      with_total(test::ethernet(0x0800, test::ipv4(17, datagram)), 0);
  Segment out;
  ASSERT_EQ(decode_cut(frame, 150'000, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 150'000u - 14 - 20 - 8 - 8 - 54);
  EXPECT_TRUE(out.super_segment);
}

TEST(DecodeLength, JumbogramsWithAndWithoutTheOption) {
  const Frame packet = test::tcp_packet(
      {.source = "fc00::1", .destination = "fc00::2", .payload = 46});
  const Frame segment(packet.begin() + 40, packet.end());
  const auto frame_of = [&](std::uint32_t jumbo) {
    const Frame option = hex("06 00 c2 04") + test::be32(jumbo);
    return with16(test::ethernet(0x86dd, test::ipv6(0, option + segment)), 18,
                  0);
  };
  const std::size_t wire = 200'000, headers = 14 + 40 + 8 + 20;
  Segment out;
  ASSERT_EQ(decode_cut(frame_of(100'008), wire, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 100'008u - 8 - 20);
  EXPECT_TRUE(out.super_segment);
  EXPECT_EQ(decode_cut(frame_of(65'535), wire, out), Verdict::malformed);
  EXPECT_EQ(decode_cut(frame_of(200'000), wire, out), Verdict::malformed);

  const Frame padding = hex("06 00 01 04 00 00 00 00");
  const Frame without =
      with16(test::ethernet(0x86dd, test::ipv6(0, padding + segment)), 18, 0);
  ASSERT_EQ(decode_cut(without, wire, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, wire - headers);

  const Frame plain = with16(test::ethernet(0x86dd, packet), 18, 0);
  ASSERT_EQ(decode_cut(plain, wire, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, wire - 14 - 40 - 20);
}

TEST(DecodeLength, PartlySegmentedInnerHeaderYieldsToTheOuter) {
  // Three frames of 1400 octets in one packet; the inner header has the
  // length of the first.
  Frame inner = test::tcp_packet({.payload = 4200});
  inner = with16(inner, 2, 40 + 1400);
  const auto carried = [](const Frame& packet) {
    return test::ethernet(
        0x0800,
        test::ipv4(17, test::udp(4789, test::vxlan(1, test::ethernet(
                                                          0x0800, packet)))));
  };
  Segment out;
  ASSERT_EQ(test::decode(carried(inner), out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 4200u);
  EXPECT_TRUE(out.super_segment);

  const Frame padded = test::tcp_packet({.payload = 1400}) + test::zeros(46);
  ASSERT_EQ(test::decode(carried(padded), out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 1400u);
  EXPECT_FALSE(out.super_segment);

  // Without a tunnel nothing is segmented late: the rest is a trailer.
  ASSERT_EQ(test::decode(test::ethernet(0x0800, inner), out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 1400u);
}

TEST(DecodeLength, AMirrorMayCutWhatItCarries) {
  const Frame whole = test::tcp_frame({.payload = 1400});
  const Frame part(whole.begin(), whole.begin() + 96);
  const Frame frame = test::ethernet(
      0x0800, test::ipv4(17, test::udp(4789, test::vxlan(1, part))));
  Segment out;
  ASSERT_EQ(test::decode(frame, out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 1400u);
  EXPECT_EQ(out.payload.size(), 96u - 54);
}

TEST(DecodeLength, SuperSegments) {
  Segment out;
  ASSERT_EQ(test::decode(test::tcp_frame({.payload = 9176}), out),
            Verdict::tcp);
  EXPECT_FALSE(out.super_segment) << "a jumbo frame";
  ASSERT_EQ(test::decode(test::tcp_frame({.payload = 9177}), out),
            Verdict::tcp);
  EXPECT_TRUE(out.super_segment);
  const Frame small = test::tcp_frame({.payload = 3000});
  PacketView packet = test::view(small);
  packet.segmentation_offload = true;
  ASSERT_EQ(decode(packet, 1, {}, out), Verdict::tcp);
  EXPECT_TRUE(out.super_segment);
  ASSERT_EQ(test::decode(small, out), Verdict::tcp);
  EXPECT_FALSE(out.super_segment);
}

TEST(DecodeLength, UdpLengths) {
  const Frame good =
      test::ethernet(0x0800, test::ipv4(17, test::udp(53, test::zeros(30))));
  const auto with_length = [&](std::uint16_t n) { return with16(good, 38, n); };
  const Row rows[] = {
      {"as it is", good, Verdict::udp, 30},
      {"zero", with_length(0), Verdict::malformed},
      {"below its header", with_length(7), Verdict::malformed},
      {"header alone", with_length(8), Verdict::udp, 0},
      {"less than the packet", with_length(20), Verdict::udp, 12},
      {"beyond the packet", with_length(39), Verdict::malformed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Segment out;
    ASSERT_EQ(test::decode(row.frame, out), row.verdict);
    if (row.verdict == Verdict::udp) {
      EXPECT_EQ(out.payload_length, row.payload_length);
      EXPECT_EQ(out.payload.size(), row.payload_length);
    }
  }
}

TEST(DecodeLength, FragmentsOfIpv4) {
  const std::uint16_t kMore = 0x2000;
  const Frame good = test::tcp_frame({.payload = 100});
  Segment out;
  ASSERT_EQ(test::decode(with16(good, 20, kMore), out), Verdict::tcp);
  EXPECT_TRUE(out.first_fragment);
  EXPECT_EQ(out.payload_length, 100u);

  for (const unsigned later : {1u, 185u, 0x2001u, 0x3fffu}) {
    ASSERT_EQ(
        test::decode(with16(good, 20, static_cast<std::uint16_t>(later)), out),
        Verdict::other);
    EXPECT_TRUE(out.later_fragment);
    EXPECT_FALSE(out.first_fragment);
    EXPECT_EQ(out.source_port, 0);
    EXPECT_EQ(out.transport, Transport::other);
    EXPECT_EQ(out.ip_protocol, 6);
    EXPECT_EQ(out.payload_length, 120u);
    EXPECT_EQ(out.source.text(), "10.0.0.1");
  }
  ASSERT_EQ(test::decode(with16(good, 20, 0x4000), out), Verdict::tcp);
  EXPECT_FALSE(out.first_fragment) << "don't fragment";

  // Too small for the header it should have: not wrong, only not ours.
  const Frame tiny = with16(with_total(good, 28), 20, kMore);
  EXPECT_EQ(test::decode(tiny, out), Verdict::other);
  EXPECT_TRUE(out.first_fragment);
  const Frame options_later =
      with8(with16(with_total(good, 40), 20, kMore), 46, 0x80);
  EXPECT_EQ(test::decode(options_later, out), Verdict::other);
  EXPECT_EQ(out.transport, Transport::other);
  EXPECT_EQ(out.source_port, 0);
  const Frame wrong = with8(with16(good, 20, kMore), 46, 0x30);
  EXPECT_EQ(test::decode(wrong, out), Verdict::malformed);
}

TEST(DecodeLength, FirstFragmentOfADatagramHoldsWhatItHolds) {
  Frame frame =
      test::ethernet(0x0800, test::ipv4(17, test::udp(53, test::zeros(40))));
  frame = with16(with16(frame, 20, 0x2000), 38, 2000);
  Segment out;
  ASSERT_EQ(test::decode(frame, out), Verdict::udp);
  EXPECT_EQ(out.payload_length, 40u);
}

TEST(DecodeLength, FragmentsOfIpv6) {
  const Frame packet = test::tcp_packet(
      {.source = "fc00::1", .destination = "fc00::2", .payload = 100});
  const Frame segment(packet.begin() + 40, packet.end());
  const auto frame_of = [&](std::uint16_t offset) {
    return test::ethernet(0x86dd,
                          test::ipv6(44, hex("06 00") + test::be16(offset) +
                                             test::be32(1) + segment));
  };
  Segment out;
  ASSERT_EQ(test::decode(frame_of(1), out), Verdict::tcp);
  EXPECT_TRUE(out.first_fragment);
  ASSERT_EQ(test::decode(frame_of(0), out), Verdict::tcp);
  EXPECT_FALSE(out.first_fragment) << "an atomic fragment (RFC 6946)";
  ASSERT_EQ(test::decode(frame_of(8), out), Verdict::other);
  EXPECT_TRUE(out.later_fragment);
  EXPECT_EQ(out.ip_protocol, 6);
}

}  // namespace
}  // namespace netlat
