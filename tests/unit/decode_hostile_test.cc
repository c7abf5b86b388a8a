// Frames cut everywhere, damaged anywhere, nested without end.

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;
using test::hex;
using test::operator+;

/// What holds for any frame at all.
void expect_sane(const PacketView& packet, Verdict verdict,
                 const Segment& out) {
  if (verdict >= Verdict::truncated) return;
  ASSERT_LE(out.encap_count, out.encap.size());
  ASSERT_LE(out.payload.size(), out.payload_length);
  if (!out.payload.empty()) {
    ASSERT_GE(out.payload.data(), packet.data.data());
    ASSERT_LE(out.payload.data() + out.payload.size(),
              packet.data.data() + packet.data.size());
  }
  if (verdict != Verdict::tcp) return;
  ASSERT_EQ(out.transport, Transport::tcp);
  ASSERT_LE(out.tcp.sack_count, out.tcp.sack.size());
  ASSERT_LE(out.tcp.window_scale, out.tcp.has_window_scale ? 14 : 255);
  ASSERT_FALSE(out.later_fragment);
}

/// Decodes from a heap block of just the size, so that a sanitizer sees a
/// read beyond it.
Verdict decode_exact(const Frame& frame, std::size_t size, std::size_t wire,
                     LinkType link) {
  const auto block = std::make_unique<std::uint8_t[]>(size);
  if (size != 0) std::memcpy(block.get(), frame.data(), size);
  PacketView packet;
  packet.data = {block.get(), size};
  packet.wire_length = static_cast<std::uint32_t>(wire);
  Segment out;
  const Verdict verdict = decode(packet, link, {}, out);
  expect_sane(packet, verdict, out);
  return verdict;
}

TEST(DecodeHostile, EveryPrefixOfEverySample) {
  for (const test::Sample& sample : test::samples()) {
    SCOPED_TRACE(sample.name);
    const Frame& whole = sample.frame;
    bool decoded = false;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      // Cut by the snapshot length: never called a contradiction.
      const Verdict cut = decode_exact(whole, size, whole.size(), sample.link);
      ASSERT_NE(cut, Verdict::malformed) << size;
      ASSERT_TRUE(cut == sample.verdict || cut == Verdict::truncated ||
                  cut == Verdict::other)
          << size << " verdict " << static_cast<int>(cut);
      if (cut == sample.verdict) decoded = true;
      // Once enough is captured, more does not change the verdict.
      ASSERT_TRUE(!decoded || cut == sample.verdict) << size;
      decode_exact(whole, size, size, sample.link);
    }
    ASSERT_TRUE(decoded);
  }
}

TEST(DecodeHostile, DamagedSamples) {
  std::mt19937 random(1);
  for (const test::Sample& sample : test::samples()) {
    SCOPED_TRACE(sample.name);
    for (int round = 0; round < 300; ++round) {
      Frame frame = sample.frame;
      for (auto n = random() % 4 + 1; n != 0; --n) {
        frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
      }
      const std::size_t size = random() % (frame.size() + 1);
      decode_exact(frame, frame.size(), frame.size(), sample.link);
      decode_exact(frame, size, frame.size(), sample.link);
    }
  }
}

/// `layer` around `core` n times.
template <class Wrap>
Frame nest(Frame core, unsigned n, Wrap wrap) {
  while (n-- != 0) core = wrap(core);
  return core;
}

struct NestRow {
  const char* name;
  unsigned limit;  ///< deepest that is followed
  Frame (*build)(unsigned depth);
};

Frame vlans(unsigned n) {
  const Frame core = test::vlan_tag(9, 0x0800) + test::tcp_packet();
  return test::ethernet(0x8100, nest(core, n - 1, [](const Frame& inner) {
                          return test::vlan_tag(9, 0x8100) + inner;
                        }));
}
Frame labels(unsigned n) {
  const Frame core = test::mpls_label(9, true) + test::tcp_packet();
  return test::ethernet(0x8847, nest(core, n - 1, [](const Frame& inner) {
                          return test::mpls_label(9, false) + inner;
                        }));
}
Frame ip_in_ip(unsigned n) {
  return test::ethernet(0x0800, nest(test::tcp_packet(), n, [](const Frame& p) {
                          return test::ipv4(4, p);
                        }));
}
Frame gre_in_gre(unsigned n) {
  return test::ethernet(0x0800, nest(test::tcp_packet(), n, [](const Frame& p) {
                          return test::ipv4(47, test::gre(0x0800, 1, p));
                        }));
}
Frame gre_ethernet(unsigned n) {
  return nest(test::tcp_frame(), n, [](const Frame& f) {
    return test::ethernet(0x0800, test::ipv4(47, test::gre(0x6558, 1, f)));
  });
}
Frame vxlan_in_vxlan(unsigned n) {
  return nest(test::tcp_frame(), n, [](const Frame& f) {
    return test::ethernet(0x0800,
                          test::ipv4(17, test::udp(4789, test::vxlan(1, f))));
  });
}
Frame extensions(unsigned n) {
  const Frame tcp = test::tcp_packet();
  Frame core(tcp.begin() + 20, tcp.end());
  core = hex("06 00 01 04 00 00 00 00") + core;
  core = nest(core, n - 1, [](const Frame& inner) {
    return hex("3c 00 01 04 00 00 00 00") + inner;
  });
  return test::ethernet(0x86dd, test::ipv6(60, core));
}

TEST(DecodeHostile, NestingIsFollowedToTheLimitAndNoFurther) {
  const NestRow rows[] = {
      {"vlan", 8, vlans},
      {"mpls", 16, labels},
      {"ip in ip", 4, ip_in_ip},
      {"gre", 4, gre_in_gre},
      {"gre with ethernet", 4, gre_ethernet},
      {"vxlan", 3, vxlan_in_vxlan},  // sixteen layers come first
      {"extension headers", 10, extensions},
  };
  for (const NestRow& row : rows) {
    for (unsigned depth = 1; depth <= 1500; depth += depth < 20 ? 1 : 97) {
      const Frame frame = row.build(depth);
      if (frame.size() > 65'000) break;
      Segment out;
      ASSERT_EQ(test::decode(frame, out),
                depth <= row.limit ? Verdict::tcp : Verdict::too_deep)
          << row.name << ' ' << depth;
    }
  }
}

TEST(DecodeHostile, ManyTagsOfDifferentKinds) {
  // Eight tags fill the Segment; a tunnel more does not fit.
  const Frame inner = test::ipv4(4, test::tcp_packet());
  Frame core = test::vlan_tag(9, 0x0800) + inner;
  core = nest(core, 7,
              [](const Frame& f) { return test::vlan_tag(9, 0x8100) + f; });
  Segment out;
  EXPECT_EQ(test::decode(test::ethernet(0x8100, core), out), Verdict::too_deep);
}

TEST(DecodeHostile, LongExtensionHeaders) {
  // Six of 256 octets pass 1280.
  const Frame tcp = test::tcp_packet();
  const Frame segment(tcp.begin() + 20, tcp.end());
  for (unsigned n = 1; n <= 6; ++n) {
    const Frame last = hex("06 1f 01 fc") + test::zeros(252);
    const Frame more = hex("3c 1f 01 fc") + test::zeros(252);
    const Frame core =
        nest(last + segment, n - 1, [&](const Frame& f) { return more + f; });
    Segment out;
    EXPECT_EQ(test::decode(test::ethernet(0x86dd, test::ipv6(60, core)), out),
              n <= 5 ? Verdict::tcp : Verdict::too_deep);
  }
}

TEST(DecodeHostile, ExtensionChainThatEndsWithTheFrame) {
  Segment out;
  EXPECT_EQ(
      test::decode(
          test::ethernet(0x86dd, test::ipv6(0, hex("3c 00 01 04 00 00 00 00"))),
          out),
      Verdict::malformed);
  EXPECT_EQ(
      test::decode(
          test::ethernet(0x86dd, test::ipv6(0, hex("06 10 01 04 00 00 00 00"))),
          out),
      Verdict::malformed);
}

}  // namespace
}  // namespace netlat
