// Against libtins as a second opinion: on packets it built, and on the same
// packets damaged.
//
// Where the two rightly differ on damage, the comparison leaves the packet out:
//  - libtins believes a TCP header longer than the IP packet allows, and IP
//    lengths longer than the frame; decode() calls both malformed.
//  - a bad option makes libtins give up the packet; decode() keeps it.
//  - libtins reads on after an end-of-list option.
//  - libtins gives window scales above 14 as they are (clamped here).
//  - libtins skips the IPv6 extension headers it knows only.
//  - libtins does not know fragments of TCP, decode() reads the first.

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <optional>
#include <random>

#include "tests/support/frames.h"

namespace netlat {
namespace {

using test::Frame;

/// What both decoders can say.
struct Opinion {
  std::string source, destination;
  unsigned source_port, destination_port, flags, window, ttl;
  std::uint32_t seq, ack;
  std::size_t payload;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> timestamps;
  std::optional<unsigned> mss, window_scale;
  std::vector<std::uint32_t> sack;

  bool operator==(const Opinion&) const = default;
};

std::optional<Opinion> ours(const Frame& frame) {
  Segment s;
  if (test::decode(frame, s) != Verdict::tcp) return std::nullopt;
  Opinion o{s.source.text(),
            s.destination.text(),
            s.source_port,
            s.destination_port,
            s.tcp.flags,
            s.tcp.window,
            s.ttl,
            s.tcp.seq.value,
            s.tcp.ack.value,
            s.payload_length,
            {},
            {},
            {},
            {}};
  if (s.tcp.has_timestamps) o.timestamps = {s.tcp.tsval, s.tcp.tsecr};
  if (s.tcp.mss != 0) o.mss = s.tcp.mss;
  if (s.tcp.has_window_scale) o.window_scale = s.tcp.window_scale;
  for (unsigned i = 0; i < s.tcp.sack_count; ++i) {
    o.sack.push_back(s.tcp.sack[i].left.value);
    o.sack.push_back(s.tcp.sack[i].right.value);
  }
  return o;
}

std::optional<Opinion> theirs(const Frame& frame) {
  try {
    const Tins::EthernetII packet(frame.data(),
                                  static_cast<std::uint32_t>(frame.size()));
    const auto* tcp = packet.find_pdu<Tins::TCP>();
    if (tcp == nullptr) return std::nullopt;
    Opinion o{};
    if (const auto* ip = packet.find_pdu<Tins::IP>()) {
      o.source = ip->src_addr().to_string();
      o.destination = ip->dst_addr().to_string();
      o.ttl = ip->ttl();
    } else if (const auto* ip6 = packet.find_pdu<Tins::IPv6>()) {
      o.source = ip6->src_addr().to_string();
      o.destination = ip6->dst_addr().to_string();
      o.ttl = ip6->hop_limit();
    }
    o.source_port = tcp->sport();
    o.destination_port = tcp->dport();
    o.flags = tcp->flags() & 0xff;
    o.window = tcp->window();
    o.seq = tcp->seq();
    o.ack = tcp->ack_seq();
    o.payload = tcp->inner_pdu() != nullptr ? tcp->inner_pdu()->size() : 0;
    if (tcp->search_option(Tins::TCP::TSOPT) != nullptr) {
      o.timestamps = tcp->timestamp();
    }
    if (tcp->search_option(Tins::TCP::MSS) != nullptr) o.mss = tcp->mss();
    if (tcp->search_option(Tins::TCP::WSCALE) != nullptr) {
      o.window_scale = std::min<unsigned>(tcp->winscale(), 14);
    }
    if (tcp->search_option(Tins::TCP::SACK) != nullptr) o.sack = tcp->sack();
    return o;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

test::TcpSpec random_spec(std::mt19937& random) {
  test::TcpSpec spec;
  if (random() % 3 == 0) {
    spec.source = "2001:db8::1:2";
    spec.destination = "fe80::3";
  }
  spec.source_port = static_cast<Port>(random());
  spec.destination_port = static_cast<Port>(random());
  spec.seq = static_cast<std::uint32_t>(random());
  spec.ack = static_cast<std::uint32_t>(random());
  spec.flags = static_cast<std::uint8_t>(random());
  spec.window = static_cast<std::uint16_t>(random());
  spec.ttl = static_cast<std::uint8_t>(random());
  spec.payload = random() % 1400;
  if (random() % 2 == 0) {
    spec.timestamps = {static_cast<std::uint32_t>(random()),
                       static_cast<std::uint32_t>(random())};
  }
  if (random() % 3 == 0) {
    spec.mss = static_cast<std::uint16_t>(random() % 65535 + 1);
    spec.window_scale = static_cast<std::uint8_t>(random() % 15);
    spec.sack_permitted = true;
  } else if (random() % 2 == 0) {
    for (auto n = random() % 3 + 1; n != 0; --n) {
      spec.sack.emplace_back(random(), random());
    }
  }
  return spec;
}

TEST(DecodeLibtins, AgreeOnWhatLibtinsBuilt) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const Frame frame = test::tcp_frame(random_spec(random));
    const auto mine = ours(frame), other = theirs(frame);
    ASSERT_TRUE(mine && other) << round;
    ASSERT_EQ(*mine, *other) << round;
  }
}

/// True if something follows an end-of-list option.  Requires: options that
/// decode() does not call bad, no IPv6 extension headers.
bool options_go_on(const Frame& frame, bool ipv6) {
  const std::size_t tcp = 14 + (ipv6 ? 40 : (frame[14] & 0x0fu) * 4);
  const std::size_t end = tcp + (frame[tcp + 12] >> 4) * 4u;
  std::size_t at = tcp + 20;
  while (at < end && frame[at] != 0) at += frame[at] == 1 ? 1u : frame[at + 1];
  return std::any_of(frame.begin() + static_cast<long>(at),
                     frame.begin() + static_cast<long>(end),
                     [](std::uint8_t octet) { return octet != 0; });
}

/// False where the two rightly differ, see above.
bool comparable(const Frame& frame) {
  Segment s;
  const Verdict verdict = test::decode(frame, s);
  return verdict == Verdict::tcp && !s.tcp.options_bad && !s.first_fragment &&
         s.encap_count == 0 && (!s.ipv6 || frame[20] == 6) &&
         !options_go_on(frame, s.ipv6);
}

TEST(DecodeLibtins, AgreeOnDamage) {
  std::mt19937 random(8);
  int compared = 0, rejected = 0;
  for (int round = 0; round < 30'000; ++round) {
    Frame frame = test::tcp_frame(random_spec(random));
    const std::size_t headers = std::min<std::size_t>(frame.size(), 90);
    for (auto n = random() % 3 + 1; n != 0; --n) {
      frame[14 + random() % (headers - 14)] =
          static_cast<std::uint8_t>(random());
    }
    if (!comparable(frame)) {
      ++rejected;
      continue;
    }
    const auto mine = ours(frame), other = theirs(frame);
    ASSERT_TRUE(other) << round;
    ASSERT_EQ(*mine, *other) << round;
    ++compared;
  }
  EXPECT_GT(compared, 10'000);
  EXPECT_GT(rejected, 1'000);
}

}  // namespace
}  // namespace netlat
