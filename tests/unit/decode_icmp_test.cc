// ICMP and ICMPv6: echo numbers, and whose packet an error quotes.

#include <gtest/gtest.h>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;
using test::hex;
using test::operator+;

Frame icmp4(const Frame& message) {
  return test::ethernet(0x0800, test::ipv4(1, message));
}
Frame icmp6(const Frame& message) {
  return test::ethernet(0x86dd, test::ipv6(58, message));
}

test::TcpSpec v6() {
  return {.source = "fc00::1", .destination = "fc00::2"};
}

TEST(DecodeIcmp, Echo) {
  Segment out;
  ASSERT_EQ(test::decode(icmp4(hex("08 00 00 00 12 34 00 09 aa bb")), out),
            Verdict::icmp);
  EXPECT_EQ(out.transport, Transport::icmp);
  EXPECT_EQ(out.icmp.type, 8);
  EXPECT_EQ(out.icmp.id, 0x1234);
  EXPECT_EQ(out.icmp.sequence, 9);
  EXPECT_FALSE(out.icmp.has_quote);
  EXPECT_EQ(out.payload_length, 2u);
  EXPECT_EQ(out.source_port, 0);

  ASSERT_EQ(test::decode(icmp6(hex("81 00 00 00 12 35 00 0a")), out),
            Verdict::icmp);
  EXPECT_EQ(out.transport, Transport::icmp6);
  EXPECT_EQ(out.icmp.id, 0x1235);
  EXPECT_EQ(out.icmp.sequence, 10);
}

struct QuoteRow {
  const char* name;
  Frame frame;
  std::uint32_t mtu;
  const char* source;
};

TEST(DecodeIcmp, ErrorsQuoteTheFlowAndAreNoSegments) {
  const Frame v4_packet = test::tcp_packet({.seq = 77, .payload = 500});
  auto spec6 = v6();
  spec6.seq = 77;
  const Frame v6_packet = test::tcp_packet(spec6);
  const Frame v4_short(v4_packet.begin(), v4_packet.begin() + 28);
  const Frame behind = hex("06 00 01 04 00 00 00 00") +
                       Frame(v6_packet.begin() + 40, v6_packet.end());
  const QuoteRow rows[] = {
      {"fragmentation needed", icmp4(hex("03 04 0000 0000 0578") + v4_packet),
       1400, "10.0.0.1"},
      {"port unreachable", icmp4(hex("03 03 0000 0000 0578") + v4_packet), 0,
       "10.0.0.1"},
      {"time exceeded, 8 octets", icmp4(hex("0b 00 0000 0000 0000") + v4_short),
       0, "10.0.0.1"},
      {"source quench", icmp4(hex("04 00 0000 0000 0000") + v4_short), 0,
       "10.0.0.1"},
      {"too big", icmp6(hex("02 00 0000 0000 0500") + v6_packet), 1280,
       "fc00::1"},
      {"unreachable", icmp6(hex("01 04 0000 0000 0000") + v6_packet), 0,
       "fc00::1"},
      {"with extensions",
       icmp6(hex("03 00 0000 0000 0000") + test::ipv6(60, behind)), 0,
       "2001:db8::1"},
  };
  for (const QuoteRow& row : rows) {
    SCOPED_TRACE(row.name);
    Segment out;
    ASSERT_EQ(test::decode(row.frame, out), Verdict::icmp);
    EXPECT_EQ(out.icmp.next_hop_mtu, row.mtu);
    ASSERT_TRUE(out.icmp.has_quote);
    const QuotedPacket& quote = out.icmp.quote;
    EXPECT_EQ(quote.source.text(), row.source);
    EXPECT_EQ(quote.transport, Transport::tcp);
    EXPECT_EQ(quote.source_port, 40000);
    EXPECT_EQ(quote.destination_port, 443);
    EXPECT_EQ(quote.seq, Seq32{77});
    EXPECT_EQ(out.source_port, 0) << "the message's own ports";
  }
}

TEST(DecodeIcmp, QuotesThatSayLess) {
  const Frame error = hex("03 01 0000 0000 0000");
  Segment out;
  ASSERT_EQ(test::decode(icmp4(error + hex("45 00 00 28")), out),
            Verdict::icmp);
  EXPECT_FALSE(out.icmp.has_quote) << "no whole IP header";
  ASSERT_EQ(test::decode(icmp4(error + test::zeros(40)), out), Verdict::icmp);
  EXPECT_FALSE(out.icmp.has_quote) << "no IP";

  Frame later = test::tcp_packet();
  later[7] = 9;  // fragment offset
  ASSERT_EQ(test::decode(icmp4(error + later), out), Verdict::icmp);
  ASSERT_TRUE(out.icmp.has_quote);
  EXPECT_EQ(out.icmp.quote.source_port, 0) << "a later fragment has none";
  EXPECT_EQ(out.icmp.quote.transport, Transport::tcp);

  const Frame udp = test::ipv4(17, test::udp(4789, test::zeros(20)));
  ASSERT_EQ(test::decode(icmp4(error + udp), out), Verdict::icmp);
  ASSERT_TRUE(out.icmp.has_quote);
  EXPECT_EQ(out.icmp.quote.transport, Transport::udp);
  EXPECT_EQ(out.icmp.quote.destination_port, 4789);
  EXPECT_EQ(out.encap_count, 0) << "a quoted tunnel is not entered";
}

TEST(DecodeIcmp, EchoCarriesNoQuoteWhateverItsPayload) {
  Segment out;
  ASSERT_EQ(test::decode(
                icmp4(hex("03 04 0000 0000 0578") + test::tcp_packet()), out),
            Verdict::icmp);
  ASSERT_TRUE(out.icmp.has_quote);
  ASSERT_EQ(test::decode(
                icmp4(hex("00 00 0000 0001 0002") + test::tcp_packet()), out),
            Verdict::icmp);
  EXPECT_FALSE(out.icmp.has_quote);
  EXPECT_EQ(out.icmp.next_hop_mtu, 0u);
}

}  // namespace
}  // namespace netlat
