// pcapng: sections, interfaces, every block that is read, damage and cuts.

#include <gtest/gtest.h>

#include "tests/unit/source_builder.h"

namespace netlat::test {
namespace {

constexpr auto kLittle = std::endian::little;
constexpr auto kBig = std::endian::big;

class PcapngOrder : public testing::TestWithParam<std::endian> {};

TEST_P(PcapngOrder, InterfacesKeepTheirOwnUnitTypeAndName) {
  const auto o = GetParam();
  const Reading got = read_memory(join(
      {section(o, option(o, 1, text("made by hand"))),
       interface(o, 1, 96, option(o, 2, text("eth0"))),
       interface(o, 113, 0,
                 join({option(o, 2, text("any")), option(o, 9, {9}),
                       option_u64(o, 14, 100), option(o, 1, text("slow"))})),
       enhanced(o, 1, 5'000'000'007, payload(61, 1), 1500),
       enhanced(o, 0, 6'000'007, payload(62, 2), 62),
       interface(o, 101, 0, option(o, 9, {0x80 | 10})),
       enhanced(o, 2, 1024 * 9 + 512, payload(3, 3), 3)}));
  EXPECT_TRUE(got.problems.empty());
  EXPECT_EQ(got.file.format, "pcapng");
  EXPECT_EQ(got.file.comments,
            (std::vector<std::string>{"made by hand", "slow"}));
  ASSERT_EQ(got.interfaces.size(), 3u);
  EXPECT_EQ(got.interfaces[0].name, "eth0");
  EXPECT_EQ(got.interfaces[0].snaplen, 96u);
  EXPECT_EQ(got.interfaces[1].link_type, 113u);
  EXPECT_EQ(got.interfaces[2].link_type, 101u);
  EXPECT_EQ(got.interfaces[2].id, 2u);
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(to_ns(got.packets[0].view.time), 105'000'000'007);
  EXPECT_EQ(got.packets[0].view.interface, 1u);
  EXPECT_EQ(got.packets[0].view.wire_length, 1500u);
  EXPECT_EQ(got.packets[0].data, payload(61, 1));
  EXPECT_EQ(to_ns(got.packets[1].view.time), 6'000'007'000);
  EXPECT_EQ(got.packets[1].data, payload(62, 2));
  EXPECT_EQ(to_ns(got.packets[2].view.time), 9'500'000'000);
  // Per interface no clock stepped back.
  EXPECT_EQ(got.file.clock_backsteps, 0u);
}

TEST_P(PcapngOrder, FlagsTellDirectionAndOffload) {
  const auto o = GetParam();
  const auto flags = [o](std::uint32_t value) {
    return join({option(o, 1, text("hello")),
                 option(o, 2, Writer(o).u32(value).octets()),
                 option(o, 0, {})});
  };
  const Reading got = read_memory(
      join({section(o), interface(o), enhanced(o, 0, 1, payload(5), 5),
            enhanced(o, 0, 2, payload(5), 5, flags(1)),
            enhanced(o, 0, 3, payload(5), 5, flags(2 | 1u << 11)),
            enhanced(o, 0, 4, payload(5), 5, flags(3 | 1u << 9))}));
  ASSERT_EQ(got.packets.size(), 4u);
  EXPECT_EQ(got.packets[0].view.direction, FrameDirection::unknown);
  EXPECT_EQ(got.packets[1].view.direction, FrameDirection::inbound);
  EXPECT_FALSE(got.packets[1].view.segmentation_offload);
  EXPECT_EQ(got.packets[2].view.direction, FrameDirection::outbound);
  EXPECT_TRUE(got.packets[2].view.segmentation_offload);
  EXPECT_EQ(got.packets[3].view.direction, FrameDirection::unknown);
  EXPECT_FALSE(got.packets[3].view.segmentation_offload);
}

TEST_P(PcapngOrder, SimplePacketsHaveNoTime) {
  const auto o = GetParam();
  const auto simple = [o](std::uint32_t wire, const Octets& data) {
    return block(o, 3, Writer(o).u32(wire).raw(data).octets());
  };
  const Reading got = read_memory(
      join({section(o), interface(o, 1, 8), enhanced(o, 0, 5, payload(2), 2),
            simple(6, payload(6)), simple(90, payload(8))}));
  EXPECT_TRUE(got.problems.empty());
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(got.file.untimed, 2u);
  EXPECT_TRUE(got.packets[0].view.has_time);
  EXPECT_FALSE(got.packets[1].view.has_time);
  EXPECT_EQ(got.packets[1].view.time, got.packets[0].view.time);
  EXPECT_EQ(got.packets[1].data, payload(6));
  EXPECT_EQ(got.packets[2].data.size(), 8u);
  EXPECT_EQ(got.packets[2].view.wire_length, 90u);
  EXPECT_EQ(got.file.bytes, 2u + 6u + 90u);
}

TEST_P(PcapngOrder, ObsoletePacketBlock) {
  const auto o = GetParam();
  const auto old = [o](std::uint16_t drops) {
    return block(o, 2,
                 Writer(o)
                     .u16(1)
                     .u16(drops)
                     .u32(0)
                     .u32(77)
                     .u32(5)
                     .u32(50)
                     .raw(payload(5))
                     .pad()
                     .raw(option(o, 2, Writer(o).u32(2).octets()))
                     .octets());
  };
  const Reading got =
      read_memory(join({section(o), interface(o), interface(o, 113), old(3),
                        old(0xffff), old(4)}));
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(got.packets[0].view.interface, 1u);
  EXPECT_EQ(to_ns(got.packets[0].view.time), 77'000);
  EXPECT_EQ(got.packets[0].view.wire_length, 50u);
  EXPECT_EQ(got.packets[0].view.direction, FrameDirection::outbound);
  EXPECT_EQ(got.file.kernel_drops, 7u);
  EXPECT_FALSE(got.file.interface_drops);
}

TEST_P(PcapngOrder, StatisticsTotalsWinOverCountsOfPackets) {
  const auto o = GetParam();
  const auto statistics = [o](std::uint32_t id, const Octets& options) {
    return block(o, 5, Writer(o).u32(id).u32(0).u32(0).raw(options).octets());
  };
  const auto dropped = [o](std::uint64_t n) { return option_u64(o, 4, n); };
  const Octets start = join({section(o), interface(o), interface(o),
                             enhanced(o, 0, 1, payload(1), 1, dropped(10)),
                             enhanced(o, 0, 2, payload(1), 1, dropped(5)),
                             enhanced(o, 1, 2, payload(1), 1, dropped(100))});
  EXPECT_EQ(read_memory(start).file.kernel_drops, 115u);
  const Reading got = read_memory(
      join({start,
            statistics(0, join({option_u64(o, 4, 9), option_u64(o, 5, 1),
                                option_u64(o, 7, 16)})),
            enhanced(o, 0, 3, payload(1), 1, dropped(1)),
            statistics(0, option_u64(o, 5, 2)),
            statistics(9, option_u64(o, 7, 1000))}));
  EXPECT_TRUE(got.problems.empty());
  EXPECT_EQ(got.file.kernel_drops, 116u);
  EXPECT_EQ(got.file.interface_drops, 2u);
}

TEST_P(PcapngOrder, OtherBlocksArePassedOver) {
  const auto o = GetParam();
  std::vector<Octets> parts{section(o), interface(o)};
  for (const std::uint32_t type :
       {4u, 9u, 10u, 0xbadu, 0x40000badu, 0x7fffffffu, 0u}) {
    parts.push_back(block(o, type, payload(type % 1000 * 4)));
    parts.push_back(enhanced(o, 0, 1, payload(7), 7));
  }
  for (const std::size_t window : {std::size_t{64}, Window::kCapacity}) {
    const Reading got = read_memory(join(parts), kBatch, window);
    EXPECT_TRUE(got.problems.empty());
    EXPECT_EQ(got.packets.size(), 7u);
  }
}

TEST_P(PcapngOrder, ImpossibleUnitMakesPacketsUntimed) {
  const auto o = GetParam();
  const Reading got = read_memory(
      join({section(o), interface(o, 1, 0, option(o, 9, {0x9f})),
            interface(o, 1, 0, option(o, 9, {0xc0})),
            enhanced(o, 0, 1, payload(1), 1), enhanced(o, 1, 1, payload(1), 1),
            enhanced(o, 0, 1ull << 62, payload(1), 1)}));
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_TRUE(got.packets[0].view.has_time);
  EXPECT_FALSE(got.packets[1].view.has_time);
  ASSERT_EQ(got.problems.size(), 1u);
  EXPECT_NE(got.problems[0].find("if_tsresol 0xc0"), std::string::npos);
  EXPECT_FALSE(got.file.input_truncated);
}

TEST_P(PcapngOrder, TimeOutOfRangeIsSaidOnceAndUntimed) {
  const auto o = GetParam();
  const Reading got = read_memory(
      join({section(o), interface(o), enhanced(o, 0, 7, payload(1), 1),
            enhanced(o, 0, ~0ull, payload(1), 1),
            enhanced(o, 0, ~0ull - 1, payload(1), 1)}));
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(got.file.untimed, 2u);
  ASSERT_EQ(got.problems.size(), 1u);
  EXPECT_EQ(got.problems[0].find("x: record 2 at byte 84: its time"), 0u)
      << got.problems[0];
  EXPECT_EQ(to_ns(*got.file.last), 7'000);
}

INSTANTIATE_TEST_SUITE_P(Both, PcapngOrder, testing::Values(kLittle, kBig),
                         [](const auto& row) {
                           return row.param == kLittle ? "little" : "big";
                         });

TEST(PcapngReader, SectionsChangeByteOrderAndRestartInterfaces) {
  const Reading got = read_memory(
      join({section(kLittle), interface(kLittle, 1), interface(kLittle, 113),
            enhanced(kLittle, 1, 1, payload(3), 3), section(kBig),
            interface(kBig, 101), enhanced(kBig, 0, 2, payload(4), 4),
            section(kLittle), interface(kLittle, 276),
            enhanced(kLittle, 0, 3, payload(5), 5)}));
  EXPECT_TRUE(got.problems.empty());
  ASSERT_EQ(got.interfaces.size(), 4u);
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(got.interfaces[got.packets[0].view.interface].link_type, 113u);
  EXPECT_EQ(got.interfaces[got.packets[1].view.interface].link_type, 101u);
  EXPECT_EQ(got.interfaces[got.packets[2].view.interface].link_type, 276u);
  EXPECT_EQ(got.interfaces[2].section, 1u);
  EXPECT_EQ(got.interfaces[2].id, 0u);
}

TEST(PcapngReader, KeepsAThousandInterfacesOfASection) {
  std::vector<Octets> parts{section(kLittle)};
  for (int i = 0; i < 1030; ++i) parts.push_back(interface(kLittle));
  parts.push_back(enhanced(kLittle, 1023, 1, payload(1), 1));
  parts.push_back(enhanced(kLittle, 1024, 1, payload(1), 1));
  parts.push_back(enhanced(kLittle, 0, 1, payload(1), 1));
  const Reading got = read_memory(join(parts));
  EXPECT_EQ(got.interfaces.size(), 1024u);
  EXPECT_EQ(got.packets.size(), 2u);
  EXPECT_EQ(got.problems.size(), 1u);
  EXPECT_FALSE(got.file.input_truncated);
}

struct DamageRow {
  const char* name;
  Octets bytes;
  const char* problem;
};

class PcapngDamage : public testing::TestWithParam<DamageRow> {};

TEST_P(PcapngDamage, EndsThereAndSaysWhy) {
  const Reading got = read_memory(
      join({section(kLittle), interface(kLittle),
            enhanced(kLittle, 0, 1, payload(1), 1), GetParam().bytes,
            enhanced(kLittle, 0, 2, payload(1), 1)}));
  EXPECT_EQ(got.packets.size(), 1u);
  EXPECT_TRUE(got.file.input_truncated);
  ASSERT_EQ(got.problems.size(), 1u);
  EXPECT_EQ(got.problems[0].find("x: record 2 at byte "), 0u);
  EXPECT_NE(got.problems[0].find(GetParam().problem), std::string::npos)
      << got.problems[0];
}

Octets words(const std::vector<std::uint32_t>& values) {
  Writer writer(kLittle);
  for (const std::uint32_t value : values) writer.u32(value);
  return writer.octets();
}

INSTANTIATE_TEST_SUITE_P(
    All, PcapngDamage,
    testing::Values(
        DamageRow{"length_zero", words({77, 0, 0}), "a block of length 0"},
        DamageRow{"length_eleven", words({77, 11, 0}), "a block of length 11"},
        DamageRow{"length_odd", words({77, 14, 0, 14}), "a block of length 14"},
        DamageRow{"trailer", words({77, 16, 0, 20}), "two lengths"},
        DamageRow{"packet_trailer", words({6, 32, 0, 0, 0, 0, 0, 36}),
                  "two lengths"},
        DamageRow{"packet_short", words({6, 16, 0, 16}), "too short"},
        DamageRow{"interface_short", words({1, 16, 0, 16}), "too short"},
        DamageRow{"packet_huge", words({6, 0xfffffffc, 0, 0, 0, 0, 0, 36}),
                  "4,294,967,292 exceeds"},
        DamageRow{"captured_beyond_block", words({6, 36, 0, 0, 0, 5, 5, 0, 36}),
                  "exceeds its block"},
        DamageRow{"captured_beyond_limit",
                  words({6, 36, 0, 0, 0, 0x80000000, 5, 0, 36}),
                  "exceeds the limit"},
        DamageRow{"unknown_interface", enhanced(kLittle, 1, 0, {}, 0),
                  "a packet of interface 1"},
        DamageRow{"interface_option_overrun",
                  interface(kLittle, 1, 0, words({0x00080009, 0})),
                  "option of the interface"},
        DamageRow{"section_order",
                  words({0x0a0d0d0a, 28, 0x01020304, 1, 0, 0, 28}),
                  "without byte order"},
        DamageRow{"section_version",
                  words({0x0a0d0d0a, 28, 0x1a2b3c4d, 9, 0, 0, 28}),
                  "version 9.0"},
        DamageRow{"section_length",
                  words({0x0a0d0d0a, 24, 0x1a2b3c4d, 1, 0, 0, 24}),
                  "section header of length 24"}),
    [](const auto& row) { return std::string(row.param.name); });

// The length stands at both ends of the block, so a long one is believed.
TEST(PcapngReader, LongPacketsAreRead) {
  constexpr std::uint32_t kLongest = 16 * 1024 * 1024;
  for (const std::uint32_t size : {262'145u, 300'000u, kLongest}) {
    const Octets packet = payload(size);
    const Reading got =
        read_memory(join({section(kLittle), interface(kLittle, 1, 96),
                          enhanced(kLittle, 0, 1, packet, size + 1),
                          words({3, 16 + 4, 4}), words({0x01020304, 16 + 4}),
                          enhanced(kLittle, 0, 2, payload(9), 9)}),
                    kBatch, 64);
    EXPECT_TRUE(got.problems.empty());
    ASSERT_EQ(got.packets.size(), 3u);
    EXPECT_EQ(got.packets[0].data, packet);
    EXPECT_EQ(got.packets[0].view.wire_length, size + 1);
    EXPECT_EQ(got.packets[2].data, payload(9));
  }
  const Reading beyond = read_memory(
      join({section(kLittle), interface(kLittle),
            enhanced(kLittle, 0, 1, payload(kLongest + 1), kLongest + 1)}));
  EXPECT_TRUE(beyond.packets.empty());
  ASSERT_EQ(beyond.problems.size(), 1u);
  EXPECT_NE(beyond.problems[0].find("length 16,777,217 exceeds the limit"),
            std::string::npos)
      << beyond.problems[0];
}

TEST(PcapngReader, DamageDoesNotDependOnTheWindow) {
  for (const std::size_t window : {std::size_t{64}, Window::kCapacity}) {
    const Reading got =
        read_memory(join({section(kLittle), interface(kLittle),
                          words({77, 8000}), payload(8000 - 12), words({8004}),
                          enhanced(kLittle, 0, 2, payload(1), 1)}),
                    kBatch, window);
    EXPECT_TRUE(got.packets.empty());
    EXPECT_EQ(got.problems.size(), 1u);
  }
}

TEST(PcapngReader, SimplePacketNeedsAnInterface) {
  const Reading got =
      read_memory(join({section(kLittle), block(kLittle, 3, words({1, 0}))}));
  EXPECT_TRUE(got.packets.empty());
  ASSERT_EQ(got.problems.size(), 1u);
}

TEST(PcapngReader, OptionOverrunOfAPacketKeepsThePacket) {
  const Reading got = read_memory(
      join({section(kLittle), interface(kLittle),
            enhanced(kLittle, 0, 1, payload(4), 4, words({0x00400001, 7})),
            enhanced(kLittle, 0, 2, payload(4), 4, words({0x00400001, 7}))}));
  EXPECT_EQ(got.packets.size(), 2u);
  EXPECT_EQ(got.problems.size(), 1u);
  EXPECT_FALSE(got.file.input_truncated);
}

TEST(PcapngReader, FourGigabyteBlockInAShortFileIsACut) {
  const Reading got = read_memory(join({section(kLittle), interface(kLittle),
                                        enhanced(kLittle, 0, 1, payload(4), 4),
                                        words({0x99, 0xfffffffc, 1, 2, 3})}));
  EXPECT_EQ(got.packets.size(), 1u);
  ASSERT_EQ(got.problems.size(), 1u);
  EXPECT_EQ(got.problems[0],
            "x: cut off in record 2 at byte 84: 20 of 4,294,967,292 bytes are "
            "there; analysed what came before");
}

TEST(PcapngReader, CutAnywhereGivesWhatCameBefore) {
  std::vector<Octets> parts{section(kBig), interface(kBig)};
  for (std::uint32_t i = 0; i < 12; ++i) {
    parts.push_back(
        enhanced(kBig, 0, i, payload(i), 60, option(kBig, 1, text("comment"))));
    if (i % 3 == 0) parts.push_back(block(kBig, 4, payload(100)));
    if (i == 6) {
      parts.push_back(section(kBig));
      parts.push_back(interface(kBig));
    }
  }
  std::vector<std::size_t> ends, packets;
  std::size_t end = 0, count = 0;
  for (const Octets& part : parts) {
    end += part.size();
    count += part[3] == 6 ? 1u : 0u;
    ends.push_back(end);
    packets.push_back(count);
  }
  const Octets whole = join(parts);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const Octets part(whole.begin(),
                      whole.begin() + static_cast<std::ptrdiff_t>(cut));
    const Reading got = read_memory(part, 4, 64);
    if (cut < 24) {
      EXPECT_NE(got.refused, "") << cut;
      continue;
    }
    const auto past = std::upper_bound(ends.begin(), ends.end(), cut);
    const auto blocks = static_cast<std::size_t>(past - ends.begin());
    const bool on_boundary = blocks > 0 && ends[blocks - 1] == cut;
    ASSERT_EQ(got.packets.size(), blocks > 0 ? packets[blocks - 1] : 0) << cut;
    ASSERT_EQ(got.file.input_truncated, !on_boundary) << cut;
    ASSERT_EQ(got.problems.size(), on_boundary ? 0u : 1u) << cut;
  }
}

}  // namespace
}  // namespace netlat::test
