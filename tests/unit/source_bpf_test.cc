// The filter language over packets of several link types.

#include <gtest/gtest.h>

#include "netlat/source/bpf_filter.h"
#include "tests/unit/source_builder.h"

namespace netlat::test {
namespace {

// 10.0.0.1:1024 to 10.0.0.2:443, header only.
Octets ipv4_tcp() {
  return Writer(std::endian::big)
      .u16(0x4500)
      .u16(40)
      .u32(0)
      .u16(0x4006)
      .u16(0)
      .u32(0x0a000001)
      .u32(0x0a000002)
      .u16(1024)
      .u16(443)
      .u64(0)
      .u32(0x50020000)
      .u32(0)
      .octets();
}

Octets ethernet(const Octets& packet) {
  return Writer(std::endian::big)
      .u64(0)
      .u32(0)
      .u16(0x0800)
      .raw(packet)
      .octets();
}

PacketView view(const Octets& octets) {
  PacketView packet;
  packet.data = octets;
  packet.wire_length = static_cast<std::uint32_t>(octets.size());
  return packet;
}

struct Row {
  const char* name;
  const char* expression;
  bool expected;
};

class Filter : public testing::TestWithParam<Row> {};

TEST_P(Filter, AgreesOnEveryLinkType) {
  auto filter = BpfFilter::compile(GetParam().expression);
  ASSERT_TRUE(filter) << filter.error().message;
  const Octets frame = ethernet(ipv4_tcp());
  const Octets raw = ipv4_tcp();
  EXPECT_EQ(filter->matches(view(frame), 1), GetParam().expected);
  EXPECT_EQ(filter->matches(view(raw), 101), GetParam().expected);
  EXPECT_EQ(filter->matches(view(raw), 228), GetParam().expected);
  EXPECT_EQ(filter->matches(view(frame), 1), GetParam().expected);
  EXPECT_TRUE(filter->refused().empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Filter,
    testing::Values(Row{"empty", "", true}, Row{"tcp", "tcp", true},
                    Row{"udp", "udp", false}, Row{"port", "tcp port 443", true},
                    Row{"other_port", "tcp port 80", false},
                    Row{"host", "src host 10.0.0.1 and dst net 10.0/16", true},
                    Row{"length", "greater 1000", false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(BpfFilter, WrongExpressionIsToldInLibpcapsWords) {
  auto filter = BpfFilter::compile("tcp prot 80");
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().kind, ErrorKind::usage);
  EXPECT_EQ(filter.error().message.find("filter 'tcp prot 80': "), 0u);
  EXPECT_NE(filter.error().message.find("syntax error"), std::string::npos);
}

TEST(BpfFilter, LinkTypeWithoutSuchAFieldIsRefusedOnce) {
  auto filter = BpfFilter::compile("ether host 1:2:3:4:5:6");
  ASSERT_TRUE(filter);
  const Octets raw = ipv4_tcp();
  EXPECT_FALSE(filter->matches(view(raw), 101));
  EXPECT_FALSE(filter->matches(view(raw), 101));
  ASSERT_EQ(filter->refused().size(), 1u);
  EXPECT_EQ(filter->refused().begin()->first, 101u);
  EXPECT_FALSE(filter->refused().begin()->second.empty());
}

TEST(BpfFilter, EmptyAndCutPacketsDoNotMatch) {
  auto filter = BpfFilter::compile("tcp port 443");
  ASSERT_TRUE(filter);
  const Octets frame = ethernet(ipv4_tcp());
  for (std::size_t size = 0; size < 38; ++size) {
    const Octets cut(frame.begin(),
                     frame.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(filter->matches(view(cut), 1)) << size;
  }
}

}  // namespace
}  // namespace netlat::test
