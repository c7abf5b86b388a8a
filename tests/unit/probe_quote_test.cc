// What routers quote of probes, and what it tells of the way there.

#include <gtest/gtest.h>
#include <tins/tins.h>

#include "lib/probe/quote.h"

namespace netlat {
namespace {

// An ICMP error of 10.0.0.9 that quotes an echo of 10.0.0.1 whole.
std::vector<std::uint8_t> error_with_quote(std::uint64_t cookie) {
  const auto echo = make_echo(false, 0x1234, 7, cookie, 44);
  const auto head = [](std::uint8_t tos, std::uint8_t last_from,
                       std::uint8_t last_to) {
    std::vector<std::uint8_t> ip(20);
    ip[0] = 0x45;
    ip[1] = tos;
    ip[9] = 1;
    ip[12] = ip[16] = 10;
    ip[15] = last_from;
    ip[19] = last_to;
    return ip;
  };
  auto packet = head(0xc0, 9, 1);
  packet.insert(packet.end(), {11, 0, 0, 0, 0, 0, 0, 0});
  const auto quoted = head(0x28, 1, 2);
  packet.insert(packet.end(), quoted.begin(), quoted.end());
  packet.insert(packet.end(), echo.begin(), echo.end());
  return packet;
}

TEST(Quote, TellsWhoseProbeItWasAndHowItArrived) {
  const auto packet = error_with_quote(0x1122334455667788);
  const auto quote = read_quote(false, packet);
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->cookie, 0x1122334455667788u);
  EXPECT_EQ(quote->from, IpAddress::parse("10.0.0.9"));
  EXPECT_EQ(quote->head.source, IpAddress::parse("10.0.0.1"));
  EXPECT_EQ(quote->head.target, IpAddress::parse("10.0.0.2"));
  EXPECT_EQ(quote->head.source_port, 0x1234);
  EXPECT_EQ(quote->head.tos, 0x28);
  EXPECT_EQ(quote->head.checksum,
            echo_checksum(*quote->head.source, *quote->head.target, 0x1234, 44)
                .whole);
  // The cookie ends at octet 64.
  for (std::size_t n = 0; n < packet.size(); ++n) {
    EXPECT_EQ(bool(read_quote(false, Bytes(packet).first(n))), n >= 64) << n;
  }
  for (const std::size_t at : {0u, 20u, 28u, 37u, 48u}) {
    auto bad = packet;
    bad[at] = 0x33;
    EXPECT_FALSE(read_quote(false, bad)) << at;
  }
}

// A SYN as another library builds it, from its IP header on.
std::vector<std::uint8_t> syn_of_libtins(bool v6) {
  Tins::TCP tcp(443, 41022);
  tcp.set_flag(Tins::TCP::SYN, 1);
  tcp.seq(0x89abcdef);
  tcp.mss(1460);
  tcp.timestamp(0x11223344, 0);
  if (v6) {
    auto packet = Tins::IPv6("2001:db8::2", "2001:db8::1") / tcp;
    return packet.serialize();
  }
  auto packet = Tins::IP("10.0.0.2", "10.0.0.1") / tcp;
  packet.rfind_pdu<Tins::IP>().id(0x1234);
  packet.rfind_pdu<Tins::IP>().ttl(3);
  return packet.serialize();
}

TEST(Quote, TellsTheChecksumOfASyn) {
  for (const bool v6 : {false, true}) {
    const auto packet = syn_of_libtins(v6);
    const IpAddress source = *IpAddress::parse(v6 ? "2001:db8::1" : "10.0.0.1");
    const IpAddress target = *IpAddress::parse(v6 ? "2001:db8::2" : "10.0.0.2");
    const Bytes header = Bytes(packet).subspan(v6 ? 40 : 20);
    const auto head = read_quoted_segment(header);
    ASSERT_TRUE(head && head->segment);
    EXPECT_EQ(head->source_port, 41022);
    EXPECT_EQ(head->port, 443);
    EXPECT_EQ(head->segment->length, header.size());
    EXPECT_EQ(head->checksum,
              segment_checksum(source, target, *head->segment).whole);
    for (std::size_t n = 0; n < header.size(); ++n) {
      const auto less = read_quoted_segment(header.first(n));
      ASSERT_EQ(bool(less), n >= 4) << n;
      EXPECT_FALSE(less && (less->checksum || less->segment)) << n;
    }
    auto bad = std::vector<std::uint8_t>(header.begin(), header.end());
    bad[12] = 0x40;
    EXPECT_FALSE(read_quoted_segment(bad)->segment) << "header of 16 octets";
  }
}

TEST(Quote, TellsHowASynArrived) {
  const auto syn = syn_of_libtins(false);
  auto packet = error_with_quote(1);
  packet.resize(28);
  packet.insert(packet.end(), syn.begin(), syn.end());
  const auto quote = read_quote(false, packet);
  ASSERT_TRUE(quote);
  EXPECT_FALSE(quote->cookie);
  EXPECT_EQ(quote->head.ip_id, 0x1234);
  EXPECT_EQ(quote->head.ttl, 3);
  EXPECT_EQ(quote->head.source, IpAddress::parse("10.0.0.1"));
  EXPECT_EQ(quote->head.port, 443);
  EXPECT_TRUE(quote->head.segment);
  for (std::size_t n = 0; n < packet.size(); ++n) {
    EXPECT_EQ(bool(read_quote(false, Bytes(packet).first(n))), n >= 52) << n;
  }
}

TEST(Rewrite, IsWhatBothKnowAndDiffersIn) {
  const IpAddress a = *IpAddress::parse("10.0.0.1");
  const IpAddress b = *IpAddress::parse("10.0.0.2");
  const ProbeHead sent{a,
                       b,
                       Port{7},
                       Port{8},
                       std::uint16_t{9},
                       std::uint8_t{0},
                       std::uint16_t{11},
                       {},
                       {}};
  EXPECT_FALSE(compare_heads(sent, sent, {}).any());
  EXPECT_FALSE(compare_heads(sent, ProbeHead{}, {}).any());
  ProbeHead other = sent;
  other.checksum = std::uint16_t{10};
  EXPECT_TRUE(compare_heads(sent, other, {}).checksum);
  EXPECT_FALSE(compare_heads(sent, other, std::uint16_t{10}).any());
  other = sent;
  other.tos = std::uint8_t{4};
  EXPECT_TRUE(compare_heads(sent, other, {}).any());
  EXPECT_FALSE(compare_heads(sent, other, {}).translated());
  other.source = b;
  EXPECT_TRUE(compare_heads(sent, other, {}).translated());
  EXPECT_EQ(compare_heads(sent, other, {}).words(),
            (std::vector<std::string_view>{"source", "tos"}));
  other = sent;
  other.ip_id = std::uint16_t{12};
  EXPECT_TRUE(compare_heads(sent, other, {}).any());
  EXPECT_FALSE(compare_heads(sent, other, {}).translated());
  EXPECT_EQ(compare_heads(sent, other, {}).words(),
            (std::vector<std::string_view>{"ip_id"}));
}

}  // namespace
}  // namespace netlat
