// Segments beside a connection in use: how they look, and which of those that
// come back may answer them.

#include <gtest/gtest.h>
#include <tins/tins.h>

#include "lib/probe/flow_segment.h"
#include "lib/probe/probe_payload.h"
#include "netlat/source/segment_socket.h"

namespace netlat {
namespace {

FlowSegment example(bool v6, const PeerSegment& heard) {
  FlowSegment from;
  from.source = *IpAddress::parse(v6 ? "fd00::1" : "10.0.0.1");
  from.target = *IpAddress::parse(v6 ? "fd00::2" : "10.0.0.2");
  from.source_port = 41022;
  from.port = 443;
  from.sequence = 0xfffffff0;
  from.acknowledgement = 77;
  from.window = 501;
  from.stamps_of = heard;
  return from;
}

TEST(FlowSegment, IsAnAcknowledgementThatAnotherLibraryReads) {
  PeerSegment heard;
  heard.stamped = true;
  heard.stamp = 1000;
  heard.echoed_stamp = 0xffffff00;
  for (const bool v6 : {false, true}) {
    const FlowSegment from = example(v6, heard);
    const auto octets = make_flow_segment(from);
    const Tins::TCP tcp(octets.data(),
                        static_cast<std::uint32_t>(octets.size()));
    EXPECT_EQ(tcp.sport(), 41022);
    EXPECT_EQ(tcp.dport(), 443);
    EXPECT_EQ(tcp.seq(), 0xfffffff0);
    EXPECT_EQ(tcp.ack_seq(), 77u);
    EXPECT_EQ(tcp.window(), 501);
    EXPECT_EQ(tcp.flags(), Tins::TCP::ACK);
    EXPECT_EQ(tcp.inner_pdu(), nullptr);
    // Newer than any the peer has, by the order of RFC 7323.
    const auto [value, echo] = tcp.timestamp();
    EXPECT_GT(static_cast<std::int32_t>(value - heard.echoed_stamp), 1 << 20);
    EXPECT_EQ(echo, 1000u);
    // The library computes its own when it writes.
    Tins::TCP fresh = tcp;
    const std::uint16_t sum = tcp.checksum();
    if (v6) {
      Tins::IPv6 ip = Tins::IPv6("fd00::2", "fd00::1") / fresh;
      const auto whole = ip.serialize();
      EXPECT_EQ(load_be16(&whole[40 + 16]), sum);
    } else {
      Tins::IP ip = Tins::IP("10.0.0.2", "10.0.0.1") / fresh;
      const auto whole = ip.serialize();
      EXPECT_EQ(load_be16(&whole[20 + 16]), sum);
    }
  }
}

TEST(FlowSegment, HasNoTimeStampsWherePeerHasNone) {
  EXPECT_EQ(make_flow_segment(example(false, {})).size(), 20u);
}

struct Row {
  const char* name;
  std::vector<std::uint8_t> options;
  std::uint8_t flags;
  std::size_t data;
  bool bare, reset;
};

const Row kRows[] = {
    {"acknowledgement", {}, 0x10, 0, true, false},
    {"with ECN echo", {}, 0x50, 0, true, false},
    {"with time stamps",
     {1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6},
     0x10,
     0,
     true,
     false},
    {"data", {}, 0x10, 1, false, false},
    {"push", {}, 0x18, 0, false, false},
    {"SYN", {}, 0x12, 0, false, false},
    {"FIN", {}, 0x11, 0, false, false},
    {"urgent", {}, 0x30, 0, false, false},
    {"SACK", {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2}, 0x10, 0, false, false},
    {"reset", {}, 0x04, 0, false, true},
    {"reset that acknowledges", {}, 0x14, 0, false, true},
};

std::vector<std::uint8_t> octets_of(const Row& row) {
  std::vector<std::uint8_t> out(20);
  out[1] = 80;
  out[3] = 81;
  out[7] = 9;
  out[11] = 8;
  out[15] = 7;
  out.insert(out.end(), row.options.begin(), row.options.end());
  out[12] = static_cast<std::uint8_t>(out.size() / 4 << 4);
  out[13] = row.flags;
  out.insert(out.end(), row.data, 0x55);
  return out;
}

TEST(PeerSegment, IsBareIfItAcknowledgesAndNothingElse) {
  for (const Row& row : kRows) {
    const auto octets = octets_of(row);
    const auto segment = read_peer_segment(octets);
    ASSERT_TRUE(segment) << row.name;
    EXPECT_EQ(segment->bare, row.bare) << row.name;
    EXPECT_EQ(segment->reset, row.reset) << row.name;
    EXPECT_EQ(segment->from, 80);
    EXPECT_EQ(segment->to, 81);
    EXPECT_EQ(segment->sequence, 9u);
    EXPECT_EQ(segment->acknowledged, 8u);
    EXPECT_EQ(segment->window, 7);
  }
  const auto stamped = read_peer_segment(octets_of(kRows[2]));
  EXPECT_TRUE(stamped->stamped);
  EXPECT_EQ(stamped->stamp, 5u);
  EXPECT_EQ(stamped->echoed_stamp, 6u);
}

TEST(PeerSegment, CutShortOrBrokenIsNone) {
  const auto whole = octets_of(kRows[2]);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(read_peer_segment(Bytes(whole).first(n))) << n;
  }
  for (const int length : {0, 1, 11, 255}) {
    auto bad = whole;
    bad[15 + 8] = static_cast<std::uint8_t>(length);
    EXPECT_FALSE(read_peer_segment(bad)) << length;
  }
  auto short_header = whole;
  short_header[12] = 0x40;
  EXPECT_FALSE(read_peer_segment(short_header));
}

TEST(SegmentPorts, AreWhatTheOpenerIsAskedFor) {
  const auto ports = read_segment_ports({"tcp/6", "41022", "443"});
  ASSERT_TRUE(ports);
  EXPECT_TRUE(ports->v6);
  EXPECT_EQ(ports->own, 41022);
  EXPECT_EQ(ports->peer, 443);
  const std::vector<std::string> others[] = {{"eth0"},
                                             {"tcp/5", "1", "2"},
                                             {"tcp/4", "1"},
                                             {"tcp/4", "1", "65536"},
                                             {"tcp/4", "1", "2x"},
                                             {"tcp/4", "", "2"},
                                             {}};
  for (const auto& words : others) EXPECT_FALSE(read_segment_ports(words));
}

}  // namespace
}  // namespace netlat
