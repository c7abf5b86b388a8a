// pcap files of every dialect, whole, old, damaged and cut.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/source_builder.h"

namespace netlat::test {
namespace {

constexpr auto kLittle = std::endian::little;
constexpr auto kBig = std::endian::big;

struct DialectRow {
  const char* name;
  std::endian order;
  std::uint32_t magic;
  std::size_t extra_header;
  const char* format;
  std::int64_t expected_ns;
};

class PcapDialect : public testing::TestWithParam<DialectRow> {};

TEST_P(PcapDialect, GivesEveryRecord) {
  const DialectRow& row = GetParam();
  const auto record = [&](std::uint32_t seconds, const Octets& packet) {
    return Writer(row.order)
        .u32(seconds)
        .u32(250)
        .u32(static_cast<std::uint32_t>(packet.size()))
        .u32(1500)
        .raw(payload(row.extra_header, 0xee))
        .raw(packet)
        .octets();
  };
  const Reading got = read_memory(
      join({pcap_header(row.order, row.magic), record(7, payload(60, 1)),
            record(8, {}), record(9, payload(61, 3))}));
  EXPECT_EQ(got.refused, "");
  EXPECT_EQ(got.file.format, row.format);
  EXPECT_TRUE(got.problems.empty());
  ASSERT_EQ(got.packets.size(), 3u);
  EXPECT_EQ(got.packets[0].data, payload(60, 1));
  EXPECT_TRUE(got.packets[1].data.empty());
  EXPECT_EQ(got.packets[2].data, payload(61, 3));
  EXPECT_EQ(got.packets[0].view.wire_length, 1500u);
  EXPECT_EQ(to_ns(got.packets[0].view.time), row.expected_ns);
  EXPECT_EQ(to_ns(*got.file.first), row.expected_ns);
  EXPECT_EQ(to_ns(*got.file.last), row.expected_ns + 2'000'000'000);
  EXPECT_EQ(got.file.packets, 3u);
  EXPECT_EQ(got.file.bytes, 4500u);
}

INSTANTIATE_TEST_SUITE_P(
    All, PcapDialect,
    testing::Values(
        DialectRow{"micro_le", kLittle, 0xa1b2c3d4, 0, "pcap", 7'000'250'000},
        DialectRow{"micro_be", kBig, 0xa1b2c3d4, 0, "pcap", 7'000'250'000},
        DialectRow{"nano_le", kLittle, 0xa1b23c4d, 0, "pcap-ns", 7'000'000'250},
        DialectRow{"nano_be", kBig, 0xa1b23c4d, 0, "pcap-ns", 7'000'000'250},
        DialectRow{"modified_le", kLittle, 0xa1b2cd34, 8, "pcap-modified",
                   7'000'250'000},
        DialectRow{"modified_be", kBig, 0xa1b2cd34, 8, "pcap-modified",
                   7'000'250'000}),
    [](const auto& row) { return std::string(row.param.name); });

struct VersionRow {
  const char* name;
  std::uint16_t major, minor;
  std::uint32_t first_length, second_length;  ///< as they stand
  std::size_t captured;  ///< expected, SIZE_MAX: the file is refused
};

class PcapVersion : public testing::TestWithParam<VersionRow> {};

TEST_P(PcapVersion, KnowsTheOrderOfLengths) {
  const VersionRow& row = GetParam();
  const Octets record = Writer(kLittle)
                            .u32(1)
                            .u32(2)
                            .u32(row.first_length)
                            .u32(row.second_length)
                            .raw(payload(40))
                            .octets();
  const Reading got = read_memory(join(
      {pcap_header(kLittle, 0xa1b2c3d4, 1, row.major, row.minor), record}));
  if (row.captured == SIZE_MAX) {
    EXPECT_NE(got.refused.find("x: is pcap of version"), std::string::npos)
        << got.refused;
    return;
  }
  ASSERT_EQ(got.packets.size(), 1u);
  EXPECT_EQ(got.packets[0].data.size(), row.captured);
  EXPECT_TRUE(got.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, PcapVersion,
    testing::Values(VersionRow{"v2_4", 2, 4, 40, 90, 40},
                    VersionRow{"v2_3_swapped", 2, 3, 90, 40, 40},
                    VersionRow{"v2_3_straight", 2, 3, 40, 90, 40},
                    VersionRow{"v2_2", 2, 2, 90, 40, 40},
                    VersionRow{"v2_0", 2, 0, 90, 40, 40},
                    VersionRow{"dg_ux", 543, 0, 90, 40, 40},
                    VersionRow{"v2_5", 2, 5, 40, 90, SIZE_MAX},
                    VersionRow{"v1_0", 1, 0, 40, 90, SIZE_MAX},
                    VersionRow{"v3_0", 3, 0, 40, 90, SIZE_MAX}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PcapReader, LinkTypeIsTheLowHalf) {
  // FCS present, of two 16-bit words, and reserved bits set.
  const Reading got = read_memory(pcap_header(kLittle, 0xa1b2c3d4, 0x2c050071));
  ASSERT_EQ(got.interfaces.size(), 1u);
  EXPECT_EQ(got.interfaces[0].link_type, 0x71u);
  EXPECT_EQ(got.interfaces[0].snaplen, 262'144u);
}

TEST(PcapReader, WireLengthIsNeverBelowWhatWasCaptured) {
  const Reading got = read_memory(
      join({pcap_header(), pcap_record(kLittle, 1, 0, payload(80), 20)}));
  ASSERT_EQ(got.packets.size(), 1u);
  EXPECT_EQ(got.packets[0].view.wire_length, 80u);
}

TEST(PcapReader, FractionBeyondASecondIsAddedUp) {
  const Reading got = read_memory(join(
      {pcap_header(), pcap_record(kLittle, 0xffffffff, 0xffffffff, {}, 0)}));
  ASSERT_EQ(got.packets.size(), 1u);
  EXPECT_EQ(to_ns(got.packets[0].view.time),
            4'294'967'295'000'000'000 + 4'294'967'295'000);
}

TEST(PcapReader, CountsTheClockSteppingBack) {
  std::vector<Octets> parts{pcap_header()};
  for (const std::uint32_t second : {10u, 12u, 11u, 11u, 3u, 20u}) {
    parts.push_back(pcap_record(kLittle, second, 0, payload(1), 1));
  }
  const Reading got = read_memory(join(parts), 2);
  ASSERT_EQ(got.packets.size(), 6u);
  EXPECT_EQ(got.file.clock_backsteps, 2u);
  EXPECT_EQ(got.file.largest_backstep, std::chrono::seconds(8));
  EXPECT_EQ(to_ns(*got.file.first), 3'000'000'000);
  EXPECT_EQ(to_ns(*got.file.last), 20'000'000'000);
}

TEST(PcapReader, ImpossibleLengthEndsTheFileThere) {
  Octets bytes = join({pcap_header(), pcap_record(kLittle, 1, 0, payload(9), 9),
                       pcap_record(kLittle, 2, 0, payload(9), 9)});
  bytes[24 + 25 + 11] = 0xc0;
  const Reading got = read_memory(bytes);
  EXPECT_EQ(got.packets.size(), 1u);
  EXPECT_TRUE(got.file.input_truncated);
  ASSERT_EQ(got.problems.size(), 1u);
  EXPECT_EQ(got.problems[0],
            "x: record 2 at byte 49: length 3,221,225,481 exceeds the limit "
            "of 16,777,216; analysed what came before");
}

struct LengthRow {
  const char* name;
  std::uint32_t captured, wire, snaplen;
  bool read;
};

class PcapLength : public testing::TestWithParam<LengthRow> {};

TEST_P(PcapLength, LongRecordsAreReadIfTheyAreWholeOrCutWhereStated) {
  const LengthRow& row = GetParam();
  for (const std::endian order : {kLittle, kBig}) {
    for (const std::size_t window : {std::size_t{64}, Window::kCapacity}) {
      Octets header = pcap_header(order);
      const Octets snaplen = Writer(order).u32(row.snaplen).octets();
      std::copy(snaplen.begin(), snaplen.end(), header.begin() + 16);
      const auto small = [&](std::uint32_t at) {
        return pcap_record(order, at, 0, payload(9), 9);
      };
      const Reading got = read_memory(
          join({header, small(1),
                pcap_record(order, 2, 0, payload(row.captured), row.wire),
                small(3), small(4)}),
          kBatch, window);
      ASSERT_EQ(got.packets.size(), row.read ? 4u : 1u);
      EXPECT_EQ(got.problems.empty(), row.read);
      EXPECT_EQ(got.file.input_truncated, !row.read);
      if (!row.read) {
        EXPECT_EQ(got.problems[0].find("x: record 2 at byte 49: length "), 0u)
            << got.problems[0];
        continue;
      }
      EXPECT_EQ(got.packets[1].data, payload(row.captured));
      EXPECT_EQ(got.packets[1].view.wire_length,
                std::max(row.captured, row.wire));
      EXPECT_EQ(to_ns(got.packets[3].view.time), 4'000'000'000);
      EXPECT_EQ(got.file.packets, 4u);
    }
  }
}

constexpr std::uint32_t kLongest = 16 * 1024 * 1024;
INSTANTIATE_TEST_SUITE_P(
    All, PcapLength,
    testing::Values(
        LengthRow{"usual_limit", 262'144, 9, 65'535, true},
        LengthRow{"whole", 300'000, 300'000, 65'535, true},
        LengthRow{"cut_at_snaplen", 300'000, 400'000, 300'000, true},
        LengthRow{"snaplen_0", 300'000, 300'000, 0, true},
        LengthRow{"cut_elsewhere", 300'000, 400'000, 262'144, false},
        LengthRow{"longer_than_its_packet", 262'145, 9, 65'535, false},
        LengthRow{"longest", kLongest, kLongest, 0, true},
        LengthRow{"too_long", kLongest + 1, kLongest + 1, 0, false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PcapReader, OneLongRecordDoesNotVouchForTheNext) {
  const Reading got = read_memory(join(
      {pcap_header(), pcap_record(kLittle, 1, 0, payload(600'000), 600'000),
       pcap_record(kLittle, 2, 0, payload(300'000), 9)}));
  EXPECT_EQ(got.packets.size(), 1u);
  EXPECT_TRUE(got.file.input_truncated);
}

TEST(PcapReader, RunsOfLongRecords) {
  std::vector<Octets> parts{pcap_header()};
  for (std::uint32_t i = 0; i < 9; ++i) {
    const Octets packet = payload(i % 3 == 0 ? 100 : 270'000 + i);
    parts.push_back(pcap_record(kLittle, i, 0, packet,
                                static_cast<std::uint32_t>(packet.size())));
  }
  for (const std::size_t batch : {std::size_t{1}, kBatch}) {
    const Reading got = read_memory(join(parts), batch, 64);
    EXPECT_TRUE(got.problems.empty());
    ASSERT_EQ(got.packets.size(), 9u);
    EXPECT_EQ(got.packets[8].data, payload(270'008));
  }
  parts.back().resize(200'000);
  const Reading cut = read_memory(join(parts), kBatch, 64);
  EXPECT_EQ(cut.packets.size(), 8u);
  ASSERT_EQ(cut.problems.size(), 1u);
  EXPECT_NE(cut.problems[0].find("200,000 of 270,024 bytes are there"),
            std::string::npos)
      << cut.problems[0];
}

TEST(PcapReader, CutAnywhereGivesWhatCameBefore) {
  for (const auto order : {kLittle, kBig}) {
    std::vector<Octets> parts{pcap_header(order)};
    std::vector<std::size_t> ends{24};
    for (std::uint32_t i = 0; i < 40; ++i) {
      parts.push_back(pcap_record(order, i, 0, payload(i * 3 % 50), 60));
      ends.push_back(ends.back() + parts.back().size());
    }
    const Octets whole = join(parts);
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      const Octets part(whole.begin(),
                        whole.begin() + static_cast<std::ptrdiff_t>(cut));
      const Reading got = read_memory(part, 3, 64);
      if (cut < 24) {
        EXPECT_NE(got.refused, "") << cut;
        continue;
      }
      const auto past = std::upper_bound(ends.begin(), ends.end(), cut);
      const auto records = static_cast<std::size_t>(past - ends.begin()) - 1;
      const bool on_boundary = *(past - 1) == cut;
      ASSERT_EQ(got.packets.size(), records) << cut;
      ASSERT_EQ(got.file.packets, records) << cut;
      ASSERT_EQ(got.file.input_truncated, !on_boundary) << cut;
      ASSERT_EQ(got.problems.size(), on_boundary ? 0u : 1u) << cut;
    }
  }
}

}  // namespace
}  // namespace netlat::test
