// gzip, zstd and lz4: members in a row, cut at every octet, damaged.

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/unit/source_builder.h"

namespace netlat::test {
namespace {

Octets gzip(const Octets& plain) {
  z_stream zlib{};
  EXPECT_EQ(
      deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
      Z_OK);
  Octets out(deflateBound(&zlib, plain.size()) + 64);
  Octets in = plain;
  zlib.next_in = in.data();
  zlib.avail_in = static_cast<uInt>(in.size());
  zlib.next_out = out.data();
  zlib.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&zlib, Z_FINISH), Z_STREAM_END);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

Octets zstd(const Octets& plain) {
  Octets out(ZSTD_compressBound(plain.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(),
                           ZSTD_CLEVEL_DEFAULT));
  return out;
}

Octets lz4(const Octets& plain) {
  Octets out(LZ4F_compressFrameBound(plain.size(), nullptr));
  out.resize(LZ4F_compressFrame(out.data(), out.size(), plain.data(),
                                plain.size(), nullptr));
  return out;
}

struct Row {
  const char* name;
  Octets (*compress)(const Octets&);
  const char* format;
};

class Compressed : public testing::TestWithParam<Row> {
 protected:
  static Octets capture(std::size_t packets) {
    std::vector<Octets> parts{pcap_header()};
    std::uint32_t noise = 1;
    for (std::size_t i = 0; i < packets; ++i) {
      Octets data(100);
      for (std::uint8_t& octet : data) {
        noise = noise * 1'664'525 + 1'013'904'223;
        octet = static_cast<std::uint8_t>(noise >> 24 & 15);
      }
      parts.push_back(pcap_record(std::endian::little,
                                  static_cast<std::uint32_t>(i), 0, data, 100));
    }
    return join(parts);
  }
};

TEST_P(Compressed, ReadsWhatWasPacked) {
  const Octets plain = capture(20'000);
  const Reading got = read_memory(GetParam().compress(plain));
  EXPECT_TRUE(got.problems.empty());
  EXPECT_EQ(got.file.format, GetParam().format);
  const Reading expected = read_memory(plain);
  ASSERT_EQ(got.packets.size(), 20'000u);
  for (std::size_t i = 0; i < got.packets.size(); ++i) {
    ASSERT_EQ(got.packets[i].data, expected.packets[i].data) << i;
  }
}

TEST_P(Compressed, MembersInARowAreOneFile) {
  const Octets plain = capture(50);
  std::vector<Octets> members;
  for (std::size_t at = 0; at < plain.size(); at += 777) {
    const std::size_t end = std::min(plain.size(), at + 777);
    members.push_back(GetParam().compress(
        Octets(plain.begin() + static_cast<std::ptrdiff_t>(at),
               plain.begin() + static_cast<std::ptrdiff_t>(end))));
    members.push_back(GetParam().compress({}));
  }
  const Reading got = read_memory(join(members));
  EXPECT_TRUE(got.problems.empty());
  EXPECT_EQ(got.packets.size(), 50u);
}

TEST_P(Compressed, CutAnywhereIsSaidAndNeverGivesLess) {
  const Octets whole = GetParam().compress(capture(60));
  std::size_t before = 0;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const Octets part(whole.begin(),
                      whole.begin() + static_cast<std::ptrdiff_t>(cut));
    const Reading got = read_memory(part);
    ASSERT_TRUE(!got.refused.empty() || got.problems.size() == 1) << cut;
    ASSERT_GE(got.packets.size(), before) << cut;
    before = got.packets.size();
  }
  EXPECT_EQ(read_memory(whole).packets.size(), 60u);
}

TEST_P(Compressed, DamageIsFoundOrHarmless) {
  const Octets whole = GetParam().compress(capture(60));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Octets bad = whole;
    bad[at] ^= 0x55;
    const Reading got = read_memory(bad);
    ASSERT_LE(got.packets.size(), 100'000u) << at;
  }
}

TEST_P(Compressed, DamageInTheMiddleKeepsWhatCameBefore) {
  const Octets plain = capture(20'000);
  Octets bad = GetParam().compress(plain);
  std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(bad.size() / 2), 64,
              std::uint8_t{0xff});
  const Reading got = read_memory(bad);
  EXPECT_EQ(got.problems.size(), 1u);
  EXPECT_GT(got.packets.size(), 8'000u);
  EXPECT_LT(got.packets.size(), 20'000u);
}

INSTANTIATE_TEST_SUITE_P(All, Compressed,
                         testing::Values(Row{"gzip", gzip, "pcap+gz"},
                                         Row{"zstd", zstd, "pcap+zst"},
                                         Row{"lz4", lz4, "pcap+lz4"}),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

TEST(Compression, ZerosAfterGzipAreNothing) {
  Octets bytes = gzip(pcap_at({1, 2}));
  bytes.resize(bytes.size() + 5000);
  EXPECT_TRUE(read_memory(bytes).problems.empty());
  EXPECT_EQ(read_memory(bytes).packets.size(), 2u);
  bytes.push_back(1);
  EXPECT_EQ(read_memory(bytes).packets.size(), 2u);
  EXPECT_EQ(read_memory(bytes).problems.size(), 1u);
}

TEST(Compression, SkippableFrameFirst) {
  const Octets skippable{0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
  const Reading got = read_memory(join({skippable, zstd(pcap_at({1, 2, 3}))}));
  EXPECT_EQ(got.packets.size(), 3u);
  EXPECT_TRUE(got.problems.empty());
}

struct RefusedRow {
  const char* name;
  Octets bytes;
  const char* why;
};

class Refused : public testing::TestWithParam<RefusedRow> {};

TEST_P(Refused, SaysWhatItIs) {
  const Reading got = read_memory(GetParam().bytes);
  EXPECT_EQ(got.refused.find("x: "), 0u) << got.refused;
  EXPECT_NE(got.refused.find(GetParam().why), std::string::npos) << got.refused;
  EXPECT_EQ(got.refused.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, Refused,
    testing::Values(
        RefusedRow{"xz", {0xfd, '7', 'z', 'X', 'Z', 0, 0, 4}, "xz -dc x |"},
        RefusedRow{"bzip2", text("BZh91AY&SY"), "bzip2 -dc x |"},
        RefusedRow{"zip", text("PK\x03\x04 and more"), "zip compression"},
        RefusedRow{"empty", {}, "is empty"},
        RefusedRow{"empty_gzip", gzip({}), "nothing once decompressed"},
        RefusedRow{"text", text("Dear reader,\n\nhello\n"), "is text"},
        RefusedRow{"gzip_text", gzip(text("Dear reader,\n")), "is text"},
        RefusedRow{"zeros", Octets(100), "begins with 00 00 00 00"},
        RefusedRow{"snoop", text("snoop\x01\x02"), "a snoop capture"},
        RefusedRow{"one_octet", {0xd4}, "is no capture"},
        RefusedRow{"pcap_header",
                   {0xd4, 0xc3, 0xb2, 0xa1, 2, 0},
                   "cut off in its header: 6 of 24"},
        RefusedRow{"pcapng_header",
                   {10, 13, 13, 10, 28, 0, 0, 0},
                   "cut off in its header: 8 of 24"},
        RefusedRow{"pcapng_order", join({{10, 13, 13, 10}, Octets(24, 7)}),
                   "byte-order"},
        RefusedRow{"gzip_header", {0x1f, 0x8b, 8, 0}, "ends early"},
        RefusedRow{"gzip_damage",
                   {0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9},
                   "gzip data is damaged"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace netlat::test
