// TCP options: what they say, and every way to say it wrongly.

#include <gtest/gtest.h>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;
using test::hex;
using test::operator+;

/// A segment with these octets as options, filled up with end-of-list.
Frame with_options(Frame options, std::size_t payload = 0) {
  while (options.size() % 4 != 0) options.push_back(0);
  Frame tcp =
      hex("9c 40 01 bb 00 00 03 e8 00 00 07 d0 50 10 02 00 00 00 00 00");
  tcp[12] = static_cast<std::uint8_t>((5 + options.size() / 4) << 4);
  return test::ethernet(0x0800,
                        test::ipv4(6, tcp + options + Frame(payload, 'x')));
}

TcpFields read(const Frame& options) {
  Segment out;
  EXPECT_EQ(test::decode(with_options(options, 8), out), Verdict::tcp);
  EXPECT_EQ(out.payload_length, 8u);
  return out.tcp;
}

TEST(DecodeOptions, Syn) {
  Segment out;
  ASSERT_EQ(test::decode(test::tcp_frame({.flags = kSyn,
                                          .timestamps = {{5, 0}},
                                          .mss = 1460,
                                          .window_scale = 7,
                                          .sack_permitted = true}),
                         out),
            Verdict::tcp);
  EXPECT_EQ(out.tcp.mss, 1460);
  EXPECT_TRUE(out.tcp.has_window_scale);
  EXPECT_EQ(out.tcp.window_scale, 7);
  EXPECT_TRUE(out.tcp.sack_permitted);
  EXPECT_TRUE(out.tcp.has_timestamps);
  EXPECT_EQ(out.tcp.tsval, 5u);
  EXPECT_TRUE(out.has(kSyn));
  EXPECT_EQ(out.sequence_length(), 1u);
}

TEST(DecodeOptions, NothingIsLeftFromThePacketBefore) {
  Segment out;
  ASSERT_EQ(test::decode(test::tcp_frame({.flags = kSyn,
                                          .timestamps = {{5, 0}},
                                          .mss = 1460,
                                          .window_scale = 7,
                                          .sack_permitted = true}),
                         out),
            Verdict::tcp);
  ASSERT_EQ(test::decode(test::tcp_frame(), out), Verdict::tcp);
  EXPECT_EQ(out.tcp.mss, 0);
  EXPECT_EQ(out.tcp.sack_count, 0);
  EXPECT_FALSE(out.tcp.has_window_scale);
  EXPECT_FALSE(out.tcp.sack_permitted);
  EXPECT_FALSE(out.tcp.has_timestamps);
}

struct Row {
  const char* name;
  Frame options;
  bool bad;
  bool timestamps;
  int blocks;
};

TEST(DecodeOptions, RightAndWrong) {
  const Frame ts = hex("08 0a 00 00 00 01 00 00 00 02");
  const Frame sack1 = hex("05 0a 00 00 00 05 00 00 00 09");
  const Row rows[] = {
      {"none", {}, false, false, 0},
      {"aligned timestamps", hex("01 01") + ts, false, true, 0},
      {"timestamps first", ts + hex("01 01"), false, true, 0},
      {"timestamps and SACK", hex("01 01") + ts + hex("01 01") + sack1, false,
       true, 1},
      {"end of list", hex("00") + ts, false, false, 0},
      {"unknown option", hex("fe 04 00 00") + ts, false, true, 0},
      {"forty no-ops", Frame(40, 1), false, false, 0},
      {"length 0", hex("fe 00") + ts, true, false, 0},
      {"length 1", hex("fe 01") + ts, true, false, 0},
      {"length beyond the header", ts + hex("fe 08"), true, true, 0},
      {"kind alone", hex("01 01 01 08"), true, false, 0},
      {"timestamps of 9", hex("08 09") + test::zeros(7) + ts, true, false, 0},
      {"timestamps of 12", hex("08 0c") + test::zeros(10), true, false, 0},
      {"segment size of 3", hex("02 03 05") + ts, true, false, 0},
      {"window scale of 4", hex("03 04 05 00") + ts, true, false, 0},
      {"SACK permitted of 3", hex("04 03 00") + ts, true, false, 0},
      {"SACK of 2", hex("05 02") + ts, true, false, 0},
      {"SACK of 9", hex("05 09") + test::zeros(7) + ts, true, false, 0},
      {"SACK of 11", hex("05 0b") + test::zeros(9), true, false, 0},
      {"SACK twice", sack1 + hex("05 12") + test::zeros(16), false, false, 2},
      {"four blocks", hex("05 22") + test::zeros(32), false, false, 4},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const TcpFields tcp = read(row.options);
    EXPECT_EQ(tcp.options_bad, row.bad);
    EXPECT_EQ(tcp.has_timestamps, row.timestamps);
    EXPECT_EQ(tcp.sack_count, row.blocks);
    EXPECT_FALSE(tcp.options_cut);
  }
}

TEST(DecodeOptions, Values) {
  EXPECT_EQ(read(hex("03 03 0e")).window_scale, 14);
  EXPECT_EQ(read(hex("03 03 0f")).window_scale, 14) << "RFC 7323 2.3";
  EXPECT_EQ(read(hex("03 03 ff")).window_scale, 14);
  EXPECT_EQ(read(hex("02 04 05 b4")).mss, 1460);
  const Frame twice =
      hex("08 0a 00 00 00 01 00 00 00 02"
          "08 0a 00 00 00 03 00 00 00 04");
  EXPECT_EQ(read(twice).tsval, 3u) << "the last counts, as on Linux";
  const TcpFields sack = read(hex("05 12 00000005 00000009 fffffff0 00000010"));
  ASSERT_EQ(sack.sack_count, 2);
  EXPECT_EQ(sack.sack[0].left, Seq32{5});
  EXPECT_EQ(sack.sack[0].right, Seq32{9});
  EXPECT_EQ(sack.sack[1].left, Seq32{0xfffffff0});
  EXPECT_EQ(sack.sack[1].right, Seq32{16});
}

TEST(DecodeOptions, CutBySnapshotLength) {
  const Frame whole = with_options(
      hex("01 01 08 0a 00 00 00 01 00 00 00 02 01 01 05 0a 00000005 00000009"),
      100);
  const std::size_t header = 54, timestamps = header + 12;
  for (std::size_t snap = header; snap <= whole.size(); ++snap) {
    SCOPED_TRACE(snap);
    const Frame frame(whole.begin(), whole.begin() + static_cast<long>(snap));
    PacketView packet = test::view(frame);
    packet.wire_length = static_cast<std::uint32_t>(whole.size());
    Segment out;
    ASSERT_EQ(decode(packet, 1, {}, out), Verdict::tcp);
    EXPECT_EQ(out.payload_length, 100u);
    EXPECT_EQ(out.tcp.options_cut, snap < header + 24);
    EXPECT_FALSE(out.tcp.options_bad) << "cut is not wrong";
    EXPECT_EQ(out.tcp.has_timestamps, snap >= timestamps);
    EXPECT_EQ(out.tcp.sack_count, snap >= header + 24 ? 1 : 0);
  }
}

// Every pair of first octets at every options length: ends, and agrees with
// the rule that an option must fit and the known ones have their length.
TEST(DecodeOptions, EveryKindAndLength) {
  for (std::size_t size = 4; size <= 40; size += 4) {
    for (unsigned kind = 2; kind < 256; ++kind) {
      for (unsigned length = 0; length < 256; ++length) {
        Frame options(size, 1);
        options[0] = static_cast<std::uint8_t>(kind);
        options[1] = static_cast<std::uint8_t>(length);
        bool good = length >= 2 && length <= size;
        if (kind == 2) good = good && length == 4;
        if (kind == 3) good = good && length == 3;
        if (kind == 4) good = good && length == 2;
        if (kind == 5) good = good && length > 2 && length % 8 == 2;
        if (kind == 8) good = good && length == 10;
        Segment out;
        ASSERT_EQ(test::decode(with_options(options), out), Verdict::tcp);
        ASSERT_EQ(out.tcp.options_bad, !good)
            << "kind " << kind << " length " << length << " in " << size;
      }
    }
  }
}

}  // namespace
}  // namespace netlat
